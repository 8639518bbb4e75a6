-- Each client asks for one thing after the other: paths hold "%m", a machine's MAC address with colons, or "%s", one entry
-- after the other of a list.
local count, pattern, list, number

function setup(thread)
  thread:set("seed", math.random(1000000))
end

function init(args)
  pattern, count = args[1], tonumber(args[2])
  list = {}
  for i = 3, #args do list[#list + 1] = args[i] end
  number = seed % count
end

function request()
  number = (number + 1) % count
  local mac = string.format("52:54:00:%02x:%02x:%02x", math.floor(number / 65536), math.floor(number / 256) % 256, number % 256)
  local entry = list[number % math.max(#list, 1) + 1] or ""
  return wrk.format("GET", (pattern:gsub("%%m", mac):gsub("%%s", function() return entry end)))
end

function done(summary)
  local e = summary.errors
  io.write(string.format('{"bytes":%d,"requests":%d,"seconds":%f,"failed":%d}\n', summary.bytes, summary.requests,
    summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout))
end
