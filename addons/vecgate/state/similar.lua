-- Does this search walk around an earlier one? Sketches of vectors are compared bit by bit (hamming distance).
-- KEYS: 1 the last sketches (list), 2 how many searches were near one. ARGV: 1 sketch and digest
-- of a vector (hex, parted by a colon), 2 most bits that differ, 3 most such searches, 4 seconds, 5 sketches that are kept.
-- Answer: {1 or 0, such searches so far, seconds until it starts afresh}. The very same vector once more is no step.
local sketch, near, most, seconds = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local BITS = {}
for value = 0, 255 do
  local count, rest = 0, value
  while rest > 0 do
    count = count + rest % 2
    rest = math.floor(rest / 2)
  end
  BITS[value] = count
end

local function bytes(text)
  local found, hex = {}, string.match(text, '^[^:]*')
  for at = 1, #hex, 2 do found[#found + 1] = tonumber(string.sub(hex, at, at + 1), 16) end
  return found
end

local function apart(a, b)
  local count = 0
  for at = 1, #a do count = count + BITS[bit.bxor(a[at], b[at] or 255)] end
  return count
end

local ttl = redis.call('TTL', KEYS[2])
local rest = ttl >= 0 and ttl or seconds
local used = tonumber(redis.call('GET', KEYS[2]) or 0)
local mine, walks, known = bytes(sketch), false, false
for _, other in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  if other == sketch then
    known = true
  elseif apart(mine, bytes(other)) <= near then
    walks = true
  end
end
if known then
  return { 1, used, rest }
end
if walks then
  if used + 1 > most then
    return { 0, used, rest }
  end
  used = used + 1
  redis.call('SET', KEYS[2], used, 'EX', rest)
end
redis.call('LPUSH', KEYS[1], sketch)
redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[5]) - 1)
redis.call('EXPIRE', KEYS[1], seconds)
return { 1, used, rest }
