-- Which logins have ended at their login service? One sorted set for all workers: what ended, by when (ms) that was told.
-- KEYS: 1 the set, 2 the mark of who tells it. ARGV: 1 'end' | 'again' | 'since', 2 ms to remember the mark, or since
-- when, 3 ms after which an end matters no more, 4... what ended.
-- Answer: 'end': 1, or 0 for a mark that was seen; 'since': {what, when, ...}.
if ARGV[1] == 'since' then
  return redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[2], '+inf', 'WITHSCORES')
end
if ARGV[1] == 'end' and not redis.call('SET', KEYS[2], 1, 'NX', 'PX', ARGV[2]) then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
for n = 4, #ARGV do redis.call('ZADD', KEYS[1], now, ARGV[n]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
