-- Records which phase of an incident was sent to a channel. If the incident was closed after its opening was sent,
-- the notification stays pending, because the resolution must be sent.
-- KEYS: told, pending, closed. ARGV: incident ID, channel, phase.
local member = ARGV[1] .. '/' .. ARGV[2]
redis.call('HSET', KEYS[1], member, ARGV[3])
if ARGV[3] == 'recovered' or not redis.call('ZSCORE', KEYS[3], ARGV[1]) then
  redis.call('ZREM', KEYS[2], member)
end
return 1
