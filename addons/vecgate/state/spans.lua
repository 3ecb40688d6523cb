-- What was found in which text, sealed: two hashes, the newer and the older half. Names and values are bytes.
-- KEYS: newer, older. ARGV: 'get', bytes, milliseconds, name...   gives the values, false where there is none
--                     ARGV: 'put', bytes, milliseconds, name, value...
-- A half that is full, or as old as half of the time, becomes the older one; what is asked for again moves to the
-- newer. So the least used go first, in one piece and without a scan, and no name needs an expiry of its own.
-- The field '' counts the bytes of a half: 72 for what the server itself needs for an entry.
local newer, older = KEYS[1], KEYS[2]
local half, life = tonumber(ARGV[2]) / 2, tonumber(ARGV[3])

local function size(name, value) return #name + #value + 72 end

local function keep(pairs, bytes)
  if #pairs == 0 then return end
  local kept = tonumber(redis.call('HGET', newer, '') or '0')
  if kept > 0 and (kept + bytes > half or redis.call('PTTL', newer) < life / 2) then
    redis.call('UNLINK', older)
    redis.call('RENAME', newer, older)
    kept = 0
  end
  redis.call('HSET', newer, unpack(pairs))
  redis.call('HINCRBY', newer, '', bytes)
  if kept == 0 then redis.call('PEXPIRE', newer, life) end
end

if ARGV[1] == 'put' then
  local pairs, bytes = {}, 0
  for i = 4, #ARGV, 2 do
    if redis.call('HEXISTS', newer, ARGV[i]) == 0 then
      bytes = bytes + size(ARGV[i], ARGV[i + 1])
      pairs[#pairs + 1], pairs[#pairs + 2] = ARGV[i], ARGV[i + 1]
    end
  end
  return keep(pairs, bytes)
end

local names = {unpack(ARGV, 4)}
local found = redis.call('HMGET', newer, unpack(names))
local again, bytes = {}, 0
for i, name in ipairs(names) do
  if not found[i] then
    local value = redis.call('HGET', older, name)
    if value then
      found[i] = value
      again[#again + 1], again[#again + 2] = name, value
      bytes = bytes + size(name, value)
    end
  end
end
keep(again, bytes)
return found
