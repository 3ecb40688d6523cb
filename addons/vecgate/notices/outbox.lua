-- What is to be told, and to whom is it given? A queue for each sink; one call of this script is one atomic step.
--
-- KEYS: 1 due (zset: job, when it is due), 2 tries (hash: job, how often it was given out), 3 seen (zset: job, forgotten at),
--       4 places (hash: stream, read up to). All share one {hash tag}.
-- ARGV: 1 operation, then what it needs. Times are milliseconds since the epoch, by the server's clock.

local op = ARGV[1]
local due, tries, seen, places = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local ops = {}

-- ARGV: 2 job, 3 due at (0: now), 4 most that may wait, 5 how long it is known that it was put
-- Whoever puts it first does; one that waits for a time may be brought forward, or be put off.
function ops.put()
  local job, at, most = ARGV[2], math.max(tonumber(ARGV[3]), now), tonumber(ARGV[4])
  if redis.call('ZSCORE', due, job) then
    if redis.call('HEXISTS', tries, job) == 0 then redis.call('ZADD', due, at, job) end
    return 'seen'
  end
  redis.call('ZREMRANGEBYSCORE', seen, '-inf', now)
  if redis.call('ZADD', seen, 'NX', at + tonumber(ARGV[5]), job) == 0 then return 'seen' end
  -- Those for a later time wait for nobody; those that were given out, and are not told yet, do.
  local waiting = redis.call('ZCOUNT', due, '-inf', now) + redis.call('HLEN', tries)
  if at <= now and waiting >= most then return 'full' end
  redis.call('ZADD', due, at, job)
  return 'ok'
end

-- One that is due, for so long the taker's own. ARGV: 2 so long
function ops.take()
  local found = redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, 1)[1]
  if not found then return {} end
  redis.call('ZADD', due, now + tonumber(ARGV[2]), found)
  return { found, redis.call('HINCRBY', tries, found, 1) }
end

-- It was told, or never will be. ARGV: 2 job
function ops.done()
  redis.call('ZREM', due, ARGV[2])
  redis.call('HDEL', tries, ARGV[2])
end

-- ARGV: 2 job, 3 in so many milliseconds
function ops.retry()
  redis.call('ZADD', due, 'XX', now + tonumber(ARGV[3]), ARGV[2])
end

-- It is not so yet: nothing was tried. ARGV: 2 job, 3 when
function ops.wait()
  redis.call('ZADD', due, 'XX', ARGV[3], ARGV[2])
  redis.call('HDEL', tries, ARGV[2])
end

-- ARGV: 2 stream, 3 where it is read from, where nobody has read it yet
function ops.place()
  redis.call('HSETNX', places, ARGV[2], ARGV[3])
  return redis.call('HGET', places, ARGV[2])
end

-- ARGV: 2 stream, 3 read up to
function ops.reached()
  redis.call('HSET', places, ARGV[2], ARGV[3])
end

return ops[op]()
