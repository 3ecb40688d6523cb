-- Who is there? Each process says so every few seconds; who has not for a while is forgotten.
-- KEYS: 1 what each said (hash: name -> words), 2 until when it counts (sorted set, ms of the server's clock).
-- ARGV: 1 'here' | 'gone' | 'all', 2 name, 3 words, 4 milliseconds they count. Answer of 'all': words, words, ...
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do
  redis.call('HDEL', KEYS[1], name)
  redis.call('ZREM', KEYS[2], name)
end

if ARGV[1] == 'here' then
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
  redis.call('ZADD', KEYS[2], now + tonumber(ARGV[4]), ARGV[2])
elseif ARGV[1] == 'gone' then
  redis.call('HDEL', KEYS[1], ARGV[2])
  redis.call('ZREM', KEYS[2], ARGV[2])
end
return redis.call('HVALS', KEYS[1])
