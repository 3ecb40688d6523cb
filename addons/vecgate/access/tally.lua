-- What was done under a grant? Counts of closed lists of words, and so many names; one call of this script per call under it.
--
-- KEYS: 1 document of the request, 2 counts (hash: field, number), 3 different records (set, then HyperLogLog). Of one {hash tag}.
-- ARGV: 1 'add': 2 seconds for which records are told apart, 3 records that were told apart elsewhere (-1: here),
--       4 pairs, then each: field, number; 5 names, then each; then records.
--       1 'get'. Answer: {now, field, number, ...}; of one that is forgotten: {now}.
local EXACT, NAMES = 1000, 32
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local counts, records = KEYS[2], KEYS[3]

if ARGV[1] == 'get' then
  return { now, unpack(redis.call('HGETALL', counts)) }
end

local alive = redis.call('PTTL', KEYS[1])
if alive < 0 then return { now } end

local at = 4
local function list()
  local found = {}
  for n = 1, tonumber(ARGV[at]) do found[n] = ARGV[at + n] end
  at = at + 1 + #found
  return found
end

local pairs_of, names = list(), list()
for n = 1, #pairs_of, 2 do redis.call('HINCRBY', counts, pairs_of[n], pairs_of[n + 1]) end
for _, name in ipairs(names) do
  local field = 'in:' .. name
  if redis.call('HEXISTS', counts, field) == 1 or tonumber(redis.call('HGET', counts, 'names') or 0) < NAMES then
    if redis.call('HINCRBY', counts, field, 1) == 1 then redis.call('HINCRBY', counts, 'names', 1) end
  else
    redis.call('HSET', counts, 'more', 1)
  end
end

local different = tonumber(ARGV[3])
if at <= #ARGV then
  if redis.call('TYPE', records).ok ~= 'string' then
    for n = at, #ARGV do redis.call('SADD', records, ARGV[n]) end
    different = redis.call('SCARD', records)
    if different > EXACT then
      local all = redis.call('SMEMBERS', records)
      redis.call('DEL', records)
      for _, one in ipairs(all) do redis.call('PFADD', records, one) end
      redis.call('HSET', counts, 'about', 1)
    end
  else
    for n = at, #ARGV do redis.call('PFADD', records, ARGV[n]) end
    different = redis.call('PFCOUNT', records)
  end
  redis.call('EXPIRE', records, ARGV[2])
end
if different > tonumber(redis.call('HGET', counts, 'records') or 0) then
  redis.call('HSET', counts, 'records', different)
end
redis.call('HSETNX', counts, 'first', now)
redis.call('HSET', counts, 'last', now)
redis.call('PEXPIRE', counts, alive)
return { now }
