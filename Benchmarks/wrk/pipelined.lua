-- Sends 16 requests at once on each connection; wrk counts every answer.
init = function(args)
    local batch = {}
    for i = 1, 16 do
        batch[i] = wrk.format("GET", "/")
    end
    request_batch = table.concat(batch)
end

request = function()
    return request_batch
end
