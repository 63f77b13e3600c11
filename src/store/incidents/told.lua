-- Records that a channel was notified. The notification stays pending when the incident was closed meanwhile and only its opening was sent.
-- KEYS: told, pending, closed. ARGV: incident ID, channel, phase.
local member = ARGV[1] .. '/' .. ARGV[2]
redis.call('HSET', KEYS[1], member, ARGV[3])
if ARGV[3] == 'recovered' or not redis.call('ZSCORE', KEYS[3], ARGV[1]) then
  redis.call('ZREM', KEYS[2], member)
end
return 1
