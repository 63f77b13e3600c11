-- Adds or removes a holder (a redistribution) of a Mac. ARGV: 'watch' or 'unwatch', computer ID, holder. The holders
-- of a Mac are stored as one text, in which a space follows each holder.
local holders = redis.call('HGET', KEYS[1], ARGV[2]) or ''
local holder = ARGV[3] .. ' '
local from, to = string.find(' ' .. holders, ' ' .. holder, 1, true)
if ARGV[1] == 'watch' then
  if not from then
    redis.call('HSET', KEYS[1], ARGV[2], holders .. holder)
  end
elseif from then
  local rest = string.sub(holders, 1, from - 1) .. string.sub(holders, to)
  if rest == '' then
    redis.call('HDEL', KEYS[1], ARGV[2])
  else
    redis.call('HSET', KEYS[1], ARGV[2], rest)
  end
end
return redis.call('HLEN', KEYS[1])
