-- A sorted index of texts, divided into many small sorted sets. Redis stores small sets in a compact form: an entry
-- needs about 10 bytes in addition to its text, a tenth of the memory in one large set. `root:<number>` are the
-- parts. `root` is a sorted set with one member per part: the first entry of the part, a NUL and its number. Entries
-- contain no NUL, which sorts before every other character.
local MOST_ENTRIES = 100

local function partOf(root, entry)
  local found = redis.call('ZREVRANGEBYLEX', root, '[' .. entry .. '\0\255', '-', 'LIMIT', 0, 1)[1]
  if not found then return '0', nil end
  return string.match(found, '%z(%d+)$'), found
end

local function indexAdd(root, entry)
  local number = partOf(root, entry)
  local part = root .. ':' .. number
  redis.call('ZADD', part, 0, entry)
  local count = redis.call('ZCARD', part)
  if count > MOST_ENTRIES then
    local half = math.floor(count / 2)
    local upper = redis.call('ZRANGE', part, half, -1)
    local nextNumber = redis.call('INCR', root .. ':last')
    local scored = {}
    for at = 1, #upper do
      scored[2 * at - 1] = 0
      scored[2 * at] = upper[at]
    end
    redis.call('ZADD', root .. ':' .. nextNumber, unpack(scored))
    redis.call('ZREMRANGEBYRANK', part, half, -1)
    redis.call('ZADD', root, 0, upper[1] .. '\0' .. nextNumber)
  end
end

local function indexRemove(root, entry)
  local number = partOf(root, entry)
  redis.call('ZREM', root .. ':' .. number, entry)
end

-- Returns at most `limit` entries that begin with `prefix`. The page starts after the entry `after`, or at the first
-- entry if `after` is ''.
local function indexRead(root, prefix, after, limit)
  local from = after ~= '' and after or prefix
  local number, at = partOf(root, from)
  local bound = (after ~= '' and '(' or '[') .. from
  local found = {}
  while true do
    local entries = redis.call('ZRANGEBYLEX', root .. ':' .. number, bound, '+', 'LIMIT', 0, limit - #found)
    for _, entry in ipairs(entries) do
      if string.sub(entry, 1, #prefix) ~= prefix then return found end
      found[#found + 1] = entry
    end
    if #found >= limit then return found end
    at = redis.call('ZRANGEBYLEX', root, at and '(' .. at or '-', '+', 'LIMIT', 0, 1)[1]
    if not at then return found end
    number = string.match(at, '%z(%d+)$')
    bound = '-'
  end
end
