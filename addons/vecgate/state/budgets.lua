-- May this person have so much more, within their time? Counted and added in one step: a no adds nothing.
-- KEYS: 1 what is counted. ARGV: 1 'number' | 'members', 2 most, 3 seconds, then a number, or the members.
-- Members are counted exactly up to EXACT of them (a set); above that by HyperLogLog (standard error 0.81 %).
-- Answer: {1 or 0, how much is used now, seconds until it starts afresh}.
local EXACT = 10000
local key, most, seconds = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local function left()
  local ttl = redis.call('TTL', key)
  return ttl >= 0 and ttl or seconds
end

if ARGV[1] == 'number' then
  local used, more = tonumber(redis.call('GET', key) or 0), tonumber(ARGV[4])
  if used + more > most then
    return { 0, used, left() }
  end
  local rest = left()
  redis.call('SET', key, used + more, 'EX', rest)
  return { 1, used + more, rest }
end

local rest = left()
if redis.call('TYPE', key).ok == 'string' then
  local trial = key .. ':trial'
  local used = redis.call('PFCOUNT', key)
  redis.call('COPY', key, trial, 'REPLACE')
  for at = 4, #ARGV do redis.call('PFADD', trial, ARGV[at]) end
  local now = redis.call('PFCOUNT', trial)
  if now > most and now > used then
    redis.call('DEL', trial)
    return { 0, used, rest }
  end
  redis.call('RENAME', trial, key)
  redis.call('EXPIRE', key, rest)
  return { 1, now, rest }
end

local used, fresh, seen = redis.call('SCARD', key), {}, {}
for at = 4, #ARGV do
  local member = ARGV[at]
  if not seen[member] and redis.call('SISMEMBER', key, member) == 0 then
    seen[member] = true
    fresh[#fresh + 1] = member
  end
end
if used + #fresh > most then
  return { 0, used, rest }
end
if used + #fresh > EXACT then
  local all = redis.call('SMEMBERS', key)
  redis.call('DEL', key)
  for _, member in ipairs(all) do redis.call('PFADD', key, member) end
  for _, member in ipairs(fresh) do redis.call('PFADD', key, member) end
else
  for _, member in ipairs(fresh) do redis.call('SADD', key, member) end
end
if used + #fresh > 0 then redis.call('EXPIRE', key, rest) end
return { 1, used + #fresh, rest }
