-- Which credentials are out, and which must be ended by whoever is there? All of one call, at one moment.
-- KEYS: entries (id -> what it is), due (id by when it is to be ended), holders (process by when it was last there),
-- news (ids that somebody ended). ARGV: what, and its words.
local entries, due, holders, news = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
local what = ARGV[1]

local function here(holder, seconds)
  local own = redis.call('ZSCORE', holders, holder)
  if own and tonumber(own) <= now - seconds then
    -- Not heard of in time, and there: this server was away. Nobody could say anything, so all have as long once more.
    for _, one in ipairs(redis.call('ZRANGE', holders, 0, -1)) do
      redis.call('ZADD', holders, now, one)
    end
  end
  redis.call('ZADD', holders, now, holder)
end

if what == 'write' then -- holder, id, entry, ends, seconds as of claim
  here(ARGV[2], ARGV[6])
  redis.call('HSET', entries, ARGV[3], ARGV[4])
  redis.call('ZADD', due, ARGV[5], ARGV[3])
  return 1
end
if what == 'due' or what == 'revoke' then -- ids
  local found = 0
  for i = 2, #ARGV do
    if redis.call('HEXISTS', entries, ARGV[i]) == 1 then
      redis.call('ZADD', due, now, ARGV[i])
      found = found + 1
      if what == 'revoke' then
        redis.call('XADD', news, 'MAXLEN', '~', 1000, '*', 'id', ARGV[i])
      end
    end
  end
  return found
end
if what == 'gone' then -- ids
  for i = 2, #ARGV do
    redis.call('HDEL', entries, ARGV[i])
    redis.call('ZREM', due, ARGV[i])
  end
  return 1
end
if what == 'leave' then -- holder
  return redis.call('ZREM', holders, ARGV[2])
end
if what == 'all' then
  return redis.call('HGETALL', entries)
end
-- 'claim': holder, seconds after which a holder is gone, seconds until a claimed one is due again, how many at most
here(ARGV[2], ARGV[3])
local gone = redis.call('ZRANGEBYSCORE', holders, '-inf', now - ARGV[3])
if #gone > 0 then
  local is_gone = {}
  for _, one in ipairs(gone) do
    is_gone[one] = true
    redis.call('ZREM', holders, one)
  end
  local all = redis.call('HGETALL', entries)
  for i = 1, #all, 2 do
    local read, entry = pcall(cjson.decode, all[i + 1])
    if read and is_gone[entry['holder']] then
      redis.call('ZADD', due, now, all[i])
    end
  end
end
local claimed = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, ARGV[5])) do
  redis.call('ZADD', due, now + ARGV[4], id)
  claimed[#claimed + 1] = id
  claimed[#claimed + 1] = redis.call('HGET', entries, id) or ''
end
return claimed
