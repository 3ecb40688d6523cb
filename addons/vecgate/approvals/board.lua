-- Who must say yes, and did they? One call of this script is one atomic step; the clock is the server's.
--
--   pending -> approved | denied | expired | withdrawn        approved -> spent (once) | denied | expired | withdrawn
--   spent -> used, once it is known that it was executed
-- A plan (fields 'last', 'turn', 'running', 'index:N', 'binding:N') stays approved while its steps are used, each once and
-- in their order: the next one's turn comes when it is known that the one before it was executed; else it ends.
--
-- KEYS: 1 prefix of held calls (a hash each), 2 prefix of indexes (binding -> id), 3 list (zset: id, forgotten at),
--       4 events (stream), 5 prefix of what a requester has open (zset: id, runs out at), 6 prefix of marks of records, 7 only
--       where another server may take over. All keys share one {hash tag}, so those built here from a prefix are in the same slot.
-- ARGV: 1 operation, 2 id, then what the operation needs.
-- Answer: {outcome, now, {field, value, ...}}. Outcome 'ok', or why not: none, taken, stale, many, self, twice, requester,
--         explained, binding, turn, or the state that is in the way. Times are milliseconds since the epoch.

local op, id = ARGV[1], ARGV[2]
local calls, indexes, list, events, opened, marks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local KEPT = 24 * 60 * 60 * 1000 -- an ended call can be looked up this long
local EVENTS = 10000

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function read(one, ...)
  return unpack(redis.call('HMGET', calls .. one, ...))
end

-- Where another server may take over, it may lack the last steps: what was open on the one before is asked anew. This
-- names the server as long as it leads, and no other before or after it.
local here = KEYS[7] and string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)') or ''

local function enter(one, state)
  redis.call('HSET', calls .. one, 'state', state)
  redis.call('XADD', events, 'MAXLEN', '~', EVENTS, '*', 'id', one, 'state', state)
end

local function keep(one, life)
  redis.call('PEXPIRE', calls .. one, life)
  redis.call('ZADD', list, now + life, one)
end

local function finish(one, state, by, reason)
  redis.call('HSET', calls .. one, 'ended_by', by, 'reason', reason)
  enter(one, state)
  keep(one, KEPT)
end

-- The state as of now: what has run out is expired, whoever looks first.
local function state_of(one)
  local state, expires, server = read(one, 'state', 'expires', 'server')
  if state ~= 'pending' and state ~= 'approved' then return state or 'none' end
  if (server or '') ~= here then
    finish(one, 'withdrawn', '', 'another server took over')
    return 'withdrawn'
  end
  if now >= tonumber(expires) then
    enter(one, 'expired')
    return 'expired'
  end
  return state
end

local function is_open(one)
  local state = state_of(one)
  return state == 'pending' or state == 'approved'
end

local function tell(outcome, one)
  return { outcome, now, redis.call('HGETALL', calls .. (one or id)) }
end

-- Another person. Login and name are folded: see domain/people.py. Who else may not, and who is asked, says judge.py.
local function is_own(login, name)
  local own_login, own_name = read(id, 'login', 'name')
  return not own_login or not own_name or login == own_login or name == own_name
end

local ops = {}

function ops.show()
  return tell(state_of(id) == 'none' and 'none' or 'ok')
end

-- Attach to the open call with the same index, or put up a new one. A denial stands until the call would have expired.
local function attachable(one)
  if is_open(one) then return true end
  local state, expires = read(one, 'state', 'expires')
  return state == 'denied' and now < tonumber(expires)
end

-- Whether somebody has as many open calls as one may have. Only then are those that have ended looked for.
local function is_full(mine, most)
  redis.call('ZREMRANGEBYSCORE', mine, '-inf', now)
  if redis.call('ZCARD', mine) < most then return false end
  for _, one in ipairs(redis.call('ZRANGE', mine, 0, -1)) do
    if not is_open(one) then redis.call('ZREM', mine, one) end
  end
  return redis.call('ZCARD', mine) >= most
end

-- The open plan of somebody in which it is the turn of the call with this index; one that is approved comes first.
local function planned(mine, index)
  local found = nil
  for _, one in ipairs(redis.call('ZRANGE', mine, 0, -1)) do
    local turn, running = read(one, 'turn', 'running')
    if turn and running == '' and is_open(one) and read(one, 'index:' .. turn) == index then
      if read(one, 'state') == 'approved' then return one end
      found = found or one
    end
  end
  return found
end

-- ARGV: 3 index, 4 requester
function ops.planned()
  local found = planned(opened .. ARGV[4], ARGV[3])
  if found then return tell('ok', found) end
  return { 'none', now, {} }
end

-- ARGV: 3 index, 4 pending ms, 5 grant ms, 6 most open calls, 7 requester, 8.. fields
function ops.ask()
  local index, pending, grant = indexes .. ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
  local most, mine = tonumber(ARGV[6]), opened .. ARGV[7]
  local plan = planned(mine, ARGV[3])
  if plan then return tell('ok', plan) end
  local known = redis.call('GET', index)
  if known and attachable(known) then return tell('ok', known) end
  if redis.call('EXISTS', calls .. id) == 1 then return tell('taken') end
  if is_full(mine, most) then return { 'many', now, {} } end
  redis.call('HSET', calls .. id, 'id', id, 'created', now, 'expires', now + pending, 'deadline', now + pending,
    'server', here, 'grant', grant, unpack(ARGV, 8))
  -- Which records it is about may be long, and only who executes it reads them: they are kept beside it.
  for step = 0, tonumber(read(id, 'last') or 0) do
    local name = step == 0 and 'marks' or 'marks:' .. step
    local about = read(id, name)
    redis.call('HDEL', calls .. id, name)
    if about then redis.call('SET', marks .. id .. ':' .. step, about, 'PX', pending + grant) end
  end
  redis.call('ZADD', mine, now + pending + grant, id)
  redis.call('PEXPIRE', mine, pending + grant)
  local life = pending + grant + KEPT
  redis.call('SET', index, id, 'PX', life)
  redis.call('ZREMRANGEBYSCORE', list, '-inf', now)
  keep(id, life)
  enter(id, 'pending')
  return tell('ok')
end

-- ARGV: 3 index, 4 pending ms, 5 grant ms, 6 most open calls, 7 requester, 8 the call that is replaced, 9 binding,
--       10 of which step of a plan (0: it is none), 11.. fields
function ops.supersede()
  local requester, old, binding = ARGV[7], table.remove(ARGV, 8), table.remove(ARGV, 8)
  local step = table.remove(ARGV, 8)
  local whose, which, turn, running = read(old, 'requester', 'binding', 'turn', 'running')
  if turn then which = read(old, 'binding:' .. step) end
  if whose and whose ~= requester then return tell('requester', old) end
  if which and which ~= binding then return tell('binding', old) end
  -- A plan that another request has taken on since is not this one's to end.
  local is_its_turn = not turn or (turn == step and running == '')
  local why = turn and 'step ' .. step .. ' is no longer what was shown' or 'asked anew'
  if is_open(old) and is_its_turn then finish(old, 'withdrawn', '', why) end
  return ops.ask()
end

-- ARGV: 3 login, 4 name, 5 how many votes this was made of, 6 all votes with this one, 7 the state that they make
function ops.approve()
  local login, name, before, state = ARGV[3], ARGV[4], tonumber(ARGV[5]), state_of(id)
  if state ~= 'pending' then return tell(state) end
  if is_own(login, name) then return tell('self') end
  local by_login, by_name, votes, grant = read(id, 'voter:' .. login, 'voted:' .. name, 'votes', 'grant')
  if by_login or by_name then return tell('twice') end
  if tonumber(votes or 0) ~= before then return tell('stale') end
  redis.call('HSET', calls .. id, 'voter:' .. login, now, 'voted:' .. name, now, 'votes', before + 1, 'said', ARGV[6])
  if ARGV[7] == 'approved' then
    redis.call('HSET', calls .. id, 'expires', now + grant)
    keep(id, grant + KEPT)
  end
  enter(id, ARGV[7])
  return tell('ok')
end

-- ARGV: 3 login, 4 name, 5 user, 6 reason. Also takes back a yes that was not used yet.
function ops.deny()
  if not is_open(id) then return tell(state_of(id)) end
  if is_own(ARGV[3], ARGV[4]) then return tell('self') end
  local expires, deadline = read(id, 'expires', 'deadline')
  redis.call('HSET', calls .. id, 'expires', string.format('%.0f', math.max(expires, deadline)))
  finish(id, 'denied', ARGV[5], ARGV[6])
  return tell('ok')
end

-- ARGV: 3 actor, 4 why. Once, and before anybody has agreed: what is shown does not change under its id.
function ops.explain()
  local state = state_of(id)
  if state == 'none' then return tell(state) end
  if read(id, 'requester') ~= ARGV[3] then return tell('requester') end
  if state ~= 'pending' then return tell(state) end
  local why, votes = read(id, 'why', 'votes')
  if (why and why ~= '') or votes then return tell('explained') end
  redis.call('HSET', calls .. id, 'why', ARGV[4])
  return tell('ok')
end

-- ARGV: 3 actor, 4 user
function ops.withdraw()
  local state = state_of(id)
  if state == 'none' then return tell(state) end
  if read(id, 'requester') ~= ARGV[3] then return tell('requester') end
  if not is_open(id) then return tell(state) end
  finish(id, 'withdrawn', ARGV[4], '')
  return tell('ok')
end

-- A step of a plan: by one request, when it is its turn. ARGV as for use.
local function use_step(binding, by, step)
  local state, turn, running, bound = state_of(id), read(id, 'turn', 'running', 'binding:' .. step)
  if not turn or turn ~= step or (running ~= '' and running ~= by) then return tell('turn') end
  if bound ~= binding then return tell('binding') end
  if state ~= 'approved' then return tell(state) end
  redis.call('HSET', calls .. id, 'running', by)
  return tell('ok')
end

-- ARGV: 3 binding, 4 the one request that goes out, 5 which step of a plan (0: it is none). The same request may ask
-- again and gets the same yes.
function ops.use()
  local binding, by = ARGV[3], ARGV[4]
  local state = state_of(id)
  if state == 'none' then return tell(state) end
  if ARGV[5] ~= '0' then return use_step(binding, by, ARGV[5]) end
  if read(id, 'last') then return tell('turn') end
  local bound, used_by = read(id, 'binding', 'used_by')
  if bound ~= binding then return tell('binding') end
  local again = state == 'spent' and used_by == by
  if state ~= 'approved' and not again then return tell(state) end
  -- Written again too: WAIT counts replicas only for what its own connection wrote.
  redis.call('HSET', calls .. id, 'used_by', by)
  if not again then finish(id, 'spent', by, 'not known to be executed') end
  return tell('ok')
end

-- What became of a step: the next one's turn, or the end of it all. 'back': nothing began, so it is its turn still.
local function settle_step(by, became, words)
  local state, turn, running, last = state_of(id), read(id, 'turn', 'running', 'last')
  if running == '' or running ~= by then return tell('requester') end
  if state ~= 'approved' then return tell(state) end
  if became == 'back' then
    redis.call('HSET', calls .. id, 'running', '')
  elseif became == 'used' and turn ~= last then
    redis.call('HSET', calls .. id, 'turn', turn + 1, 'running', '')
  else
    finish(id, became, by, became == 'used' and '' or 'step ' .. turn .. ': ' .. words)
  end
  return tell('ok')
end

-- ARGV: 3 the request that spent the yes, 4 what became of it: used or spent, 5 in words
function ops.settle()
  if read(id, 'last') then return settle_step(ARGV[3], ARGV[4], ARGV[5]) end
  local state = state_of(id)
  if state ~= 'spent' then return tell(state) end
  if read(id, 'used_by') ~= ARGV[3] then return tell('requester') end
  finish(id, ARGV[4], ARGV[3], ARGV[5])
  return tell('ok')
end

-- ARGV: 3 which snapshots were taken before it runs, 4 before which step of a plan (0: it is none)
function ops.kept()
  if state_of(id) == 'none' then return tell('none') end
  redis.call('HSET', calls .. id, 'snapshots:' .. ARGV[4], ARGV[3])
  return tell('ok')
end

-- ARGV: 3 which step of a plan (0: it is none). The marks of the records that it is about, empty where there are none.
function ops.records()
  return { 'ok', now, redis.call('GET', marks .. id .. ':' .. ARGV[3]) or '' }
end

-- ARGV: 3 first, 4 last (ranks; those kept longest come first). The fields of many calls, one list each.
function ops.list()
  redis.call('ZREMRANGEBYSCORE', list, '-inf', now)
  local found = {}
  for _, one in ipairs(redis.call('ZREVRANGE', list, ARGV[3], ARGV[4])) do
    state_of(one)
    table.insert(found, redis.call('HGETALL', calls .. one))
  end
  return { 'ok', now, found }
end

return ops[op]()
