-- Which names are being changed, and who has to hear of it? The clock is the server's.
-- KEYS: 1 what is told (stream), 2 who listens (sorted set: name -> until when, ms).
-- ARGV: 1 'listen' | 'tell' | 'gone', 2 listener, 3 milliseconds its word counts, then for 'tell' the fields of the entry.
-- Answer: {now, listener, listener, ...}: those that are there.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local KEPT = 10 * 60 * 1000

redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if ARGV[1] == 'listen' then
  redis.call('ZADD', KEYS[2], now + tonumber(ARGV[3]), ARGV[2])
elseif ARGV[1] == 'gone' then
  redis.call('ZREM', KEYS[2], ARGV[2])
else
  redis.call('XADD', KEYS[1], 'MINID', '~', string.format('%.0f', now - KEPT), '*', unpack(ARGV, 4))
end
return { now, unpack(redis.call('ZRANGE', KEYS[2], 0, -1)) }
