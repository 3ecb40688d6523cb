-- How many cursors does somebody have open at a database, and how far is each? Times in milliseconds of the server's clock.
-- KEYS: 1 the open ones (a sorted set: serial, until when), 2 how far each is (a hash: serial, records).
-- ARGV: 1 what is done, 2 the serial, 3 milliseconds it is kept from now on (0: as it was), 4 records that are taken,
-- 5 of `open`: how many may be open; of `go`: how far it was.
-- Answer: `open`: how many were open, when that is all that may be, else -1; `at`: how far it is, -1 when it is not
-- open; `go`: 1 when it goes on, 0 when it is not open, -1 when it is elsewhere by now; `end`: 1.
local what, serial, keep, records, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

for _, one in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))) do
  redis.call('ZREM', KEYS[1], one)
  redis.call('HDEL', KEYS[2], one)
end

local function kept()
  if keep > 0 then
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + keep), serial)
  end
  local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
  for _, key in ipairs(KEYS) do
    redis.call('PEXPIREAT', key, string.format('%.0f', tonumber(last[2]) + 1))
  end
end

if what == 'end' then
  redis.call('ZREM', KEYS[1], serial)
  redis.call('HDEL', KEYS[2], serial)
  return 1
end
if what == 'open' then
  local open = redis.call('ZCARD', KEYS[1])
  if open >= most then
    return open
  end
  redis.call('HSET', KEYS[2], serial, records)
  kept()
  return -1
end
local at = redis.call('HGET', KEYS[2], serial)
if not redis.call('ZSCORE', KEYS[1], serial) or not at then
  return what == 'at' and -1 or 0
end
if what == 'at' then
  return tonumber(at)
end
if tonumber(at) ~= most then
  return -1
end
redis.call('HINCRBY', KEYS[2], serial, records)
kept()
return 1
