-- What wrk sends, by the environment, and its result as one line of JSON.
--   BENCH_SEND=get           the URL as it is
--   BENCH_SEND=form          POST of BENCH_FILE as the part "file" of a form
--   BENCH_SEND=put           PUT of BENCH_FILE under a name of its own: BENCH_PREFIX/<n>.txt
--   BENCH_TOKEN              a bearer token

local send = os.getenv("BENCH_SEND") or "get"
local token = os.getenv("BENCH_TOKEN")

if token then wrk.headers["Authorization"] = "Bearer " .. token end

local function content()
  local file = assert(io.open(os.getenv("BENCH_FILE"), "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

if send == "form" then
  local boundary = "----holdall-bench-7f3a91c2"
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "multipart/form-data; boundary=" .. boundary
  wrk.body = "--" .. boundary .. "\r\n"
    .. 'Content-Disposition: form-data; name="file"; filename="note.txt"\r\n'
    .. "Content-Type: text/plain\r\n\r\n"
    .. content() .. "\r\n--" .. boundary .. "--\r\n"
elseif send == "put" then
  local prefix = os.getenv("BENCH_PREFIX")
  local body = content()
  local n = 0
  function request()
    n = n + 1
    return wrk.format("PUT", prefix .. "/" .. n .. ".txt", nil, body)
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"bytes":%d,"failed":%d,"p50_ms":%.3f,"p99_ms":%.3f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
