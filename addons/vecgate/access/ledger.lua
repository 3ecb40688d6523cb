-- Where are requests for access kept? Documents with a revision; one call of this script is one atomic step.
--
-- KEYS: 1 prefix of documents (a hash each: rev, doc), 2 list (zset: id, forgotten at), 3 live (zset: id, until when workers
--       want it), 4 events (stream), 5 prefix of what a person has open (zset: id, open until), 6 due (zset: id, when time
--       ends it, or its review; or when to try again to write that down), 7 prefix
--       of what a person has to read, or will have (zset: id, forgotten at), 8 prefix of what a person has without anybody's
--       yes (zset: id, until when), 9 which server led when it was last looked (string), only where another may take over.
--       All share one {hash tag}.
-- ARGV: 1 operation, 2 id, then what the operation needs.
-- Answer: {outcome, now, ..., {rev, doc, rev, doc, ...}}; a revision that another server has left is negative. A list of its own, as there may be thousands. Times are milliseconds since the epoch, by the server's clock.

local op, id = ARGV[1], ARGV[2]
local documents, list, live, events, opened, due, unread = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local automatic = KEYS[8]
local EVENTS = 10000
local LATE = 2000 -- what was made of an older look is made again

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Where another server may take over, it may lack the last steps: what was granted on the one before counts no more.
local here = KEYS[9] and string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)') or ''

local function documents_of(ids)
  local found = {}
  for _, one in ipairs(ids) do
    local rev, doc, server = unpack(redis.call('HMGET', documents .. one, 'rev', 'doc', 'server'))
    if rev then
      table.insert(found, ((server or '') == here and '' or '-') .. rev)
      table.insert(found, doc)
    end
  end
  return found
end

local ops = {}

function ops.get()
  return { 'ok', now, documents_of({ id }) }
end

-- ARGV: 3 revision that was read (0: there is none yet), 4 document, 5 read at, 6 forgotten at, 7 wanted by workers until
--       (0: it is not), 8 whose, 9 open until (0: it is not), 10 most open ones of a person, 11 state, 12 when somebody has
--       to see to it (0: never),
--       13 whether what was done is still to be read, 14 until when it gives something that no person agreed to (0: it does
--       not): of that a person has one at a time, 15 ... who it is: marks of one person
function ops.put()
  local rev, read, forgotten = tonumber(ARGV[3]), tonumber(ARGV[5]), tonumber(ARGV[6])
  local wanted, mine, open = tonumber(ARGV[7]), opened .. ARGV[8], tonumber(ARGV[9])
  local known = tonumber(redis.call('HGET', documents .. id, 'rev') or 0)
  if known ~= rev then return { 'stale', now } end
  if rev > 0 and now - read > LATE then return { 'stale', now } end
  redis.call('ZREMRANGEBYSCORE', mine, '-inf', now)
  if rev == 0 and redis.call('ZCARD', mine) >= tonumber(ARGV[10]) then return { 'many', now } end
  local auto = tonumber(ARGV[14])
  for at = 15, #ARGV do
    local theirs = automatic .. ARGV[at]
    redis.call('ZREMRANGEBYSCORE', theirs, '-inf', now)
    if rev == 0 and auto > 0 and redis.call('ZCARD', theirs) > 0 then return { 'alone', now } end
  end
  redis.call('HSET', documents .. id, 'rev', rev + 1, 'doc', ARGV[4], 'server', here)
  redis.call('PEXPIREAT', documents .. id, forgotten)
  redis.call('ZREMRANGEBYSCORE', list, '-inf', now)
  redis.call('ZADD', list, forgotten, id)
  redis.call('ZREMRANGEBYSCORE', live, '-inf', now)
  if wanted > 0 then redis.call('ZADD', live, wanted, id) else redis.call('ZREM', live, id) end
  if open > now then
    redis.call('ZADD', mine, open, id)
    if redis.call('PTTL', mine) < open - now then redis.call('PEXPIREAT', mine, open) end
  else
    redis.call('ZREM', mine, id)
  end
  for at = 15, #ARGV do
    local owed, theirs = unread .. ARGV[at], automatic .. ARGV[at]
    if auto > 0 then
      redis.call('ZADD', theirs, auto, id)
      redis.call('PEXPIREAT', theirs, auto)
    else
      redis.call('ZREM', theirs, id)
    end
    redis.call('ZREMRANGEBYSCORE', owed, '-inf', now)
    if ARGV[13] == '1' then
      redis.call('ZADD', owed, forgotten, id)
      if redis.call('PTTL', owed) < forgotten - now then redis.call('PEXPIREAT', owed, forgotten) end
    else
      redis.call('ZREM', owed, id)
    end
  end
  if tonumber(ARGV[12]) > 0 then redis.call('ZADD', due, ARGV[12], id) else redis.call('ZREM', due, id) end
  redis.call('XADD', events, 'MAXLEN', '~', EVENTS, '*', 'id', id, 'state', ARGV[11], 'rev', rev + 1)
  return { 'ok', now, rev + 1 }
end

-- All that workers must know, and after which event it is so.
function ops.live()
  local last = redis.call('XREVRANGE', events, '+', '-', 'COUNT', 1)
  return { 'ok', now, last[1] and last[1][1] or '0-0', documents_of(redis.call('ZRANGEBYSCORE', live, now, '+inf')) }
end

-- ARGV: 3 first, 4 last (ranks; those kept longest come first)
function ops.list()
  redis.call('ZREMRANGEBYSCORE', list, '-inf', now)
  return { 'ok', now, documents_of(redis.call('ZREVRANGE', list, ARGV[3], ARGV[4])) }
end

-- What time has ended, and nobody has written down yet: given to one worker; to another where that one does not come back.
-- ARGV: 3 most, 4 so long it is that worker's
function ops.due()
  if KEYS[9] and redis.call('GET', KEYS[9]) ~= here then -- all of it is over
    redis.call('SET', KEYS[9], here)
    for _, one in ipairs(redis.call('ZRANGE', due, 0, -1)) do redis.call('ZADD', due, now, one) end
  end
  local found, claimed = redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, ARGV[3]), {}
  for _, one in ipairs(found) do
    if redis.call('EXISTS', documents .. one) == 1 then
      redis.call('ZADD', due, now + tonumber(ARGV[4]), one)
      table.insert(claimed, one)
    else
      redis.call('ZREM', due, one)
    end
  end
  return { 'ok', now, documents_of(claimed) }
end

-- All that are waiting or granted.
function ops.opens()
  return { 'ok', now, documents_of(redis.call('ZRANGE', due, 0, -1)) }
end

-- ARGV: 3 most, 4 ... marks of one person
function ops.unread()
  local found, seen = {}, {}
  for at = 4, #ARGV do
    for _, one in ipairs(redis.call('ZRANGEBYSCORE', unread .. ARGV[at], now, '+inf', 'LIMIT', 0, ARGV[3])) do
      if not seen[one] then table.insert(found, one) end
      seen[one] = true
    end
  end
  return { 'ok', now, documents_of(found) }
end

-- ARGV: 3 whose
function ops.open()
  return { 'ok', now, documents_of(redis.call('ZRANGEBYSCORE', opened .. ARGV[3], now, '+inf')) }
end

return ops[op]()
