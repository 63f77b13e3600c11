-- Manages the connection slots of one Jamf Pro server. All processes share a limited number of slots. Each slot is
-- held with a lease, which uses the clock of Redis.
-- KEYS: slots (sorted set: slot by end of its lease), holders (sorted set: process by the time until which it counts
-- as active), wanted (the process that waits)
-- ARGV: 'take' | 'more' | 'renew' | 'give', holder, maximum number of slots, lease (ms), time for which a holder
-- counts as active (ms), slots...
-- take: acquires as many of the slots as are free; if none is free, registers the process as waiting. more: does the
-- same without registering. renew: extends the leases. give: releases the slots.
-- Returns { the requested slots that the calling process holds, number of active processes, 1 when another process
-- waits }.
local slots, holders, wanted = KEYS[1], KEYS[2], KEYS[3]
local what, holder, most, leaseMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local WANTED_MS = 1000

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
redis.call('ZREMRANGEBYSCORE', holders, '-inf', now)
redis.call('ZADD', holders, now + tonumber(ARGV[5]), holder)

local first = redis.call('GET', wanted)
local another = first and first ~= holder
local held = {}
-- One free slot is reserved for a process that waits.
local room = most - redis.call('ZCARD', slots) - (another and 1 or 0)
for at = 6, #ARGV do
  local slot = ARGV[at]
  local mine = redis.call('ZSCORE', slots, slot)
  if what == 'give' then
    redis.call('ZREM', slots, slot)
  elseif mine or room > 0 then
    if not mine then room = room - 1 end
    redis.call('ZADD', slots, now + leaseMs, slot)
    held[#held + 1] = slot
  end
end
if what == 'take' then
  if #held > 0 and first == holder then
    redis.call('DEL', wanted)
  elseif #held == 0 and not another then
    redis.call('SET', wanted, holder, 'PX', WANTED_MS)
  end
end
return { held, redis.call('ZCARD', holders), another and 1 or 0 }
