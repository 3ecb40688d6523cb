-- May one more request pass, and if not, when? GCRA: one key holds the theoretical arrival time (TAT).
-- Generic cell rate algorithm as in ITU-T I.371; times in microseconds of the server's clock.
-- KEYS: 1 the bucket. ARGV: 1 microseconds per request, 2 requests at once.
-- Answer: microseconds to wait, 0 when it may pass (and is counted).
local step, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full = now + step * burst

local arrival = tonumber(redis.call('GET', KEYS[1]) or now)
-- A clock that was set back must not lock anybody out for longer than a full bucket takes.
arrival = math.min(math.max(arrival, now), full)

local wait = arrival + step - full
if wait > 0 then
  return math.ceil(wait)
end
redis.call('SET', KEYS[1], string.format('%.0f', arrival + step), 'PX', math.ceil((arrival + step - now) / 1000) + 1)
return 0
