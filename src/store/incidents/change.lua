-- Applies the changes of one check for incidents atomically. Applies nothing when another process holds the lease.
-- KEYS: turn (the lease), open, seen, records, pending, closed, looks. ARGV: lease ID, now, milliseconds until the
-- next check, changes as JSON { opened: [{key, id, record, channels}], seen: [id], closed: [{key, id, record,
-- channels}], whole }. `whole`: whether the check was complete; only complete checks are counted. Returns 1 on
-- success, otherwise 0.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local now, changes = ARGV[2], cjson.decode(ARGV[4])
local function notify(incident)
  for _, channel in ipairs(incident.channels) do
    redis.call('ZADD', KEYS[5], now, incident.id .. '/' .. channel)
  end
end
for _, one in ipairs(changes.opened) do
  redis.call('HSET', KEYS[2], one.key, one.id)
  redis.call('HSET', KEYS[3], one.id, now)
  redis.call('HSET', KEYS[4], one.id, one.record)
  notify(one)
end
for _, id in ipairs(changes.seen) do
  redis.call('HSET', KEYS[3], id, now)
end
for _, one in ipairs(changes.closed) do
  redis.call('HDEL', KEYS[2], one.key)
  redis.call('HDEL', KEYS[3], one.id)
  redis.call('HSET', KEYS[4], one.id, one.record)
  redis.call('ZADD', KEYS[6], now, one.id)
  notify(one)
end
if changes.whole then
  redis.call('HINCRBY', KEYS[7], 'count', 1)
  redis.call('HSET', KEYS[7], 'at', now)
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
