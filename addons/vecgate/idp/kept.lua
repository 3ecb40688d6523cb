-- One document under one key: made, read, taken, changed or ended, each in one step.
-- KEYS: 1 where. ARGV: 1 how; new: 2 text, 3 milliseconds; put: the same, whatever was there;
-- swap: 2 the text that was read, 3 the new one, 4 milliseconds from now, or none for as long as it had.
local how = ARGV[1]
if how == 'get' then
  return redis.call('GET', KEYS[1])
elseif how == 'take' then
  return redis.call('GETDEL', KEYS[1])
elseif how == 'new' then
  return redis.call('SET', KEYS[1], ARGV[2], 'NX', 'PX', ARGV[3]) and 1 or 0
elseif how == 'put' then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1
elseif how == 'swap' then
  if redis.call('GET', KEYS[1]) ~= ARGV[2] then
    return 0
  end
  if ARGV[4] then
    redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
  else
    redis.call('SET', KEYS[1], ARGV[3], 'KEEPTTL')
  end
  return 1
elseif how == 'end' then
  return redis.call('DEL', KEYS[1])
end
return redis.error_reply('what is ' .. how)
