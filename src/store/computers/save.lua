-- Stores Macs and their indexes, each only if its record is still the one that the caller read: two writers are safe.
-- KEYS: computers (hash: id to packed record), seen, retired (sorted sets), states (prefix of one sorted set a profile)
-- ARGV: number of profiles, their names, then for each Mac:
--   id, record read ('' for none), new record, last contact, retired at ('' for no), and a score a profile ('' for none)
-- Answers the ids that were changed by somebody else in the meantime; nothing was stored for them.
local profiles = tonumber(ARGV[1])
local conflicts = {}
for at = profiles + 2, #ARGV, profiles + 5 do
  local id, read, record, contact, retired = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  if (redis.call('HGET', KEYS[1], id) or '') ~= read then
    conflicts[#conflicts + 1] = id
  else
    if record ~= read then redis.call('HSET', KEYS[1], id, record) end
    if retired == '' then
      redis.call('ZADD', KEYS[2], 'GT', contact, id)
      redis.call('ZREM', KEYS[3], id)
    else
      redis.call('ZREM', KEYS[2], id)
      redis.call('ZADD', KEYS[3], retired, id)
    end
    for profile = 1, profiles do
      local score = ARGV[at + 4 + profile]
      local states = KEYS[4] .. ':' .. ARGV[profile + 1]
      if score == '' then redis.call('ZREM', states, id) else redis.call('ZADD', states, score, id) end
    end
  end
end
return conflicts
