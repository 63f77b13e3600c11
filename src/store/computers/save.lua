-- Stores Macs and their indexes. A Mac is stored only if its record is unchanged since the calling code read it
-- (optimistic lock).
-- KEYS: computers (hash: ID to packed record), seen, retired (sorted sets), states (prefix of one sorted set per
-- profile), terms (root of the term index; see index.lua)
-- ARGV: number of profiles, their names, and then for each Mac: ID, record that was read ('' for none), new record,
-- last contact, time of retirement ('' when not retired), one score per profile ('' for none), number of removed
-- index entries, number of added index entries, these entries
-- Returns the IDs of the Macs that were not stored, because another process changed them.
local profiles = tonumber(ARGV[1])
local conflicts = {}
local at = profiles + 2
while at <= #ARGV do
  local id, read, record, contact, retired = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local counts = at + 5 + profiles
  local first = counts + 2
  local leaving, entering = tonumber(ARGV[counts]), tonumber(ARGV[counts + 1])
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
    for entry = first, first + leaving - 1 do indexRemove(KEYS[5], ARGV[entry]) end
    for entry = first + leaving, first + leaving + entering - 1 do indexAdd(KEYS[5], ARGV[entry]) end
  end
  at = first + leaving + entering
end
return conflicts
