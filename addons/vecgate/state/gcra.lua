-- How many more requests may pass, and if none, when? GCRA: one key holds the theoretical arrival time (TAT).
-- Generic cell rate algorithm as in ITU-T I.371; times in microseconds of the server's clock.
-- KEYS: 1 the bucket. ARGV: 1 microseconds per request, 2 requests at once, 3 how many are wanted.
-- Answer: how many may pass (they are counted), and microseconds to wait when none may.
local step, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full = now + step * burst

local arrival = tonumber(redis.call('GET', KEYS[1]) or now)
-- A clock that was set back must not lock anybody out for longer than a full bucket takes.
arrival = math.min(math.max(arrival, now), full)

local wait = arrival + step - full
if wait > 0 then
  return { 0, math.ceil(wait) }
end
local granted = math.max(1, math.min(wanted, math.floor((full - arrival) / step)))
arrival = arrival + step * granted
redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000) + 1)
return { granted, 0 }
