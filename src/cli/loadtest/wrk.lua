-- Saturation by wrk: JSON bodies from a file, one a line, in random order; answers counted by the service's own headers.
--   wrk -s wrk.lua URL -- BODIES RESULT SEED
local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init(args)
  math.randomseed(args[3] + number * 7919)
  wrk.headers["Content-Type"] = "application/json"
  bodies, counts, counted, result = {}, {}, "", args[2]
  for line in io.lines(args[1]) do
    bodies[#bodies + 1] = wrk.format("POST", "/predict", nil, line)
  end
end

function request()
  return bodies[math.random(#bodies)]
end

function response(status, headers)
  local key = (headers["X-Task-Type"] or "-") .. "\t" .. (headers["X-Task-Status"] or status)
  counts[key] = (counts[key] or 0) + 1
  -- Only plain values cross from a thread to done().
  local lines = {}
  for name, count in pairs(counts) do lines[#lines + 1] = name .. "\t" .. count end
  counted = table.concat(lines, "\n")
end

-- RESULT: "total", requests, microseconds, P50, P95, P99, max in microseconds, requests without an answer; then
-- task, status, answers of each thread.
function done(summary, latency)
  local errors = summary.errors
  local total = { "total", summary.requests, summary.duration, latency:percentile(50), latency:percentile(95),
    latency:percentile(99), latency.max, errors.connect + errors.read + errors.write }
  local file = io.open(threads[1]:get("result"), "w")
  file:write(table.concat(total, "\t"), "\n")
  for _, thread in ipairs(threads) do file:write(thread:get("counted"), "\n") end
  file:close()
end
