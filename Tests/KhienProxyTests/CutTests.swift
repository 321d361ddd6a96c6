import KhienProxy
import Testing

/// Messages cut at every byte mean the same as whole ones.
@Suite(.alone) struct CutTests {
    @Test func requestCutAtEveryByte() async throws {
        let origin = try TestOrigin { socket, _ in
            while true {
                let head = socket.take(through: "\r\n\r\n")
                guard head.hasSuffix("\r\n\r\n") else { return }
                let body = socket.take(through: "0\r\n\r\n")
                let text = "\(head.split(separator: "\r\n")[0])|\(body.utf8.count)"
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
            }
        }
        let request =
            "\r\nPOST http://127.0.0.1:\(origin.port)/p HTTP/1.1\r\n"
            + "Host: 127.0.0.1:\(origin.port)\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;a=b\r\nabc\r\n0\r\n\r\n"
        let bytes = Array(request.utf8)
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            for cut in 1..<bytes.count {
                client.send(Array(bytes[..<cut]))
                pause(milliseconds: 2)
                client.send(Array(bytes[cut...]))
                #expect(client.takeResponse().body == "POST /p HTTP/1.1|17", "cut at \(cut)")
            }
            let counters = await proxy.counters()
            #expect(counters.requests == UInt64(bytes.count - 1))
        }
    }

    @Test func responseCutAtEveryByte() async throws {
        let response =
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n"
        let bytes = Array(response.utf8)
        let origin = try TestOrigin { socket, _ in
            for cut in 1..<bytes.count {
                guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
                socket.send(Array(bytes[..<cut]))
                pause(milliseconds: 2)
                socket.send(Array(bytes[cut...]))
            }
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            for cut in 1..<bytes.count {
                client.send(get(origin.port, "/"))
                #expect(client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 103"), "\(cut)")
                #expect(client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200"), "\(cut)")
                let body = client.take(through: "X: y\r\n\r\n")
                #expect(body == "5\r\nhello\r\n0\r\nX: y\r\n\r\n", "cut at \(cut)")
            }
            #expect(origin.connections == 1)
        }
    }

    @Test func requestByteByByte() async throws {
        let origin = try TestOrigin.saying("ok")
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            for byte in get(origin.port, "/slow").utf8 {
                client.send([byte])
            }
            #expect(client.takeResponse().body == "ok")
        }
    }
}
