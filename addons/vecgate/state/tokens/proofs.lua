-- Was this proof used before, and is its nonce ours? For all workers, once.
-- KEYS: 1 the proof's mark, 2 the nonces. ARGV: 1 ms to remember the mark, 2 'nonce' where one is wanted or '',
-- 3 the nonce it has, 4 a new nonce, should one be needed, 5 s after which there is a new one.
-- Answer: 'ok' | 'used' | 'nonce', and the nonce that counts now.
local nonce = ''
if ARGV[2] == 'nonce' then
  local now, every = tonumber(redis.call('TIME')[1]), tonumber(ARGV[5])
  local known = redis.call('HMGET', KEYS[2], 'since', 'now', 'before')
  local since = tonumber(known[1] or '0')
  nonce = known[2]
  local before = known[3] or ''
  if now - since >= every then
    before = (now - since < 2 * every and nonce) or ''
    nonce = ARGV[4]
    redis.call('HSET', KEYS[2], 'since', now, 'now', nonce, 'before', before)
    redis.call('EXPIRE', KEYS[2], 4 * every)
  end
  if ARGV[3] == '' or (ARGV[3] ~= nonce and ARGV[3] ~= before) then return { 'nonce', nonce } end
end
if not redis.call('SET', KEYS[1], 1, 'NX', 'PX', ARGV[1]) then return { 'used', nonce } end
return { 'ok', nonce }
