-- Which keys may there be at a database, whose are they, and which of them are over?
-- A key is written down before it is minted, and struck out once it is revoked: what is not here is nobody's.
-- KEYS: 1 keys (hash: name -> JSON {h holder, s 'm' being minted | 'h' held | 'o' over, u until, t last used, r reference}),
--   2 holders (sorted set: until when each counts), 3 whose turn it is to sweep. Times in ms of the server's clock.
-- ARGV: 1 what, 2 holder, 3 ms that a holder counts, and more.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local what, holder = ARGV[1], ARGV[2]

local function get(name)
  local raw = redis.call('HGET', KEYS[1], name)
  return raw and cjson.decode(raw)
end
local function put(name, one) redis.call('HSET', KEYS[1], name, cjson.encode(one)) end
local function stay(who) redis.call('ZADD', KEYS[2], now + tonumber(ARGV[3]), who) end
-- Not heard of in time, and there: this server was away. Nobody could say anything, so all have as long once more.
local function away()
  local own = redis.call('ZSCORE', KEYS[2], holder)
  if own and tonumber(own) <= now then
    for _, other in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do stay(other) end
  end
end
local function here()
  away()
  stay(holder)
end
local function all()
  local found, raw = {}, redis.call('HGETALL', KEYS[1])
  for i = 1, #raw, 2 do found[raw[i]] = cjson.decode(raw[i + 1]) end
  return found
end

if what == 'intend' then -- name, ms of its life, how many there may be, ms unused after which one is given back
  here()
  local name, life, most, idle = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
  if redis.call('HEXISTS', KEYS[1], name) == 1 then return {'taken'} end
  if redis.call('HLEN', KEYS[1]) < most then
    put(name, {h = holder, s = 'm', u = now + life, t = now, r = ''})
    return {'ok'}
  end
  local least, its = nil, nil
  for other, one in pairs(all()) do
    if one.s == 'h' and one.t <= now - idle and (its == nil or one.t < its.t) then least, its = other, one end
  end
  if least == nil then return {'full'} end
  its.s = 'o'
  put(least, its)
  return {'full', least, its.r}
elseif what == 'minted' then -- name, reference
  local one = get(ARGV[4])
  if not one or one.h ~= holder or one.s ~= 'm' then return {} end
  one.s, one.r, one.t = 'h', ARGV[5], now
  put(ARGV[4], one)
  return {'ok'}
elseif what == 'over' or what == 'gone' then -- names
  for i = 4, #ARGV do
    if what == 'gone' then
      redis.call('HDEL', KEYS[1], ARGV[i])
    else
      local one = get(ARGV[i])
      if one then one.s = 'o'; put(ARGV[i], one) end
    end
  end
  return {}
elseif what == 'beat' then -- name, ms since it was used, ...; answers what is not held any more
  here()
  local lost = {}
  for i = 4, #ARGV, 2 do
    local one = get(ARGV[i])
    if one and one.s == 'h' and one.h == holder then
      one.t = math.max(one.t, now - tonumber(ARGV[i + 1]))
      put(ARGV[i], one)
    else
      lost[#lost + 1] = ARGV[i]
    end
  end
  return lost
elseif what == 'left' then
  redis.call('ZREM', KEYS[2], holder)
  return {}
elseif what == 'turn' then
  return redis.call('SET', KEYS[3], holder, 'NX', 'PX', ARGV[4]) and {'ok'} or {}
end
-- 'all': name, whether it is over, reference, ... What is over by time, or whose holder is gone, is so from now on.
away()
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
local told = {}
for name, one in pairs(all()) do
  if one.s ~= 'o' and (one.u <= now or not redis.call('ZSCORE', KEYS[2], one.h)) then
    one.s = 'o'
    put(name, one)
  end
  told[#told + 1] = name
  told[#told + 1] = one.s == 'o' and '1' or ''
  told[#told + 1] = one.r
end
return told
