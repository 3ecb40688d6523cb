-- Who is still to be told that a login has ended? A queue that outlives who tells: entries by when they are due.
-- KEYS: 1 the queue, 2 the login (end). ARGV: what, and its words: end: entries, put there in the step that ends it;
-- claim: seconds for which who claims has them alone, how many at most; again: entry, seconds; gone: entry.
local queue, what = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6
if what == 'end' then
  local is_new = redis.call('DEL', KEYS[2])
  for i = 2, is_new == 1 and #ARGV or 1 do
    redis.call('ZADD', queue, now, ARGV[i])
  end
  return is_new
elseif what == 'claim' then
  local claimed = redis.call('ZRANGEBYSCORE', queue, '-inf', now, 'LIMIT', 0, ARGV[3])
  for _, entry in ipairs(claimed) do
    redis.call('ZADD', queue, now + ARGV[2], entry)
  end
  local first = redis.call('ZRANGE', queue, 0, 0, 'WITHSCORES')
  return { claimed, first[2] and tostring(first[2] - now) or '' }
elseif what == 'again' then
  return redis.call('ZADD', queue, 'XX', now + ARGV[3], ARGV[2])
elseif what == 'gone' then
  return redis.call('ZREM', queue, ARGV[2])
end
return redis.error_reply('what is ' .. what)
