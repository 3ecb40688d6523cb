-- What is locked? One hash for all workers: who or what -> why and since when (JSON).
-- KEYS: 1 the hash. ARGV: 1 'bar' | 'lift' | 'all', 2 who or what, 3 what is known of it.
-- Answer: 'all': {who or what, words, ...}; else how many there were to change. A lock that is there stays as it is.
if ARGV[1] == 'bar' then
  return { redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3]) }
elseif ARGV[1] == 'lift' then
  return { redis.call('HDEL', KEYS[1], ARGV[2]) }
end
return redis.call('HGETALL', KEYS[1])
