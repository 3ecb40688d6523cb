-- Takes or frees the locks on so many records, all of them or none.
-- KEYS: one for each record. ARGV: 'take' or 'free', who, milliseconds.
if ARGV[1] == 'take' then
  for _, key in ipairs(KEYS) do
    local held = redis.call('GET', key)
    if held and held ~= ARGV[2] then return 0 end
  end
  for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[2], 'PX', ARGV[3]) end
  return 1
end
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[2] then redis.call('DEL', key) end
end
return 1
