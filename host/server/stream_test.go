package server

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"
)

// Over a real connection, answers come while the request is still being sent, and in the same bytes.
func TestDecideStream(t *testing.T) {
	w := newWorld(t, nil)
	srv := httptest.NewServer(w)
	defer srv.Close()
	in, out := io.Pipe()
	req, _ := http.NewRequest("POST", srv.URL+"/v1/decide", in)
	req.Header.Set("Content-Type", "application/x-ndjson")
	answer := make(chan *http.Response, 1)
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
		}
		answer <- res
	}()
	want, _ := w.runner.Decide(context.Background(), []byte("{}"))
	line := []byte(want.String() + "\n")
	got := make([]byte, len(line))
	var res *http.Response
	for range 3 {
		if _, err := io.WriteString(out, "{}\n\n"); err != nil {
			t.Fatal(err)
		}
		if res == nil {
			if res = <-answer; res == nil {
				t.FailNow()
			}
			if kind := res.Header.Get("Content-Type"); res.StatusCode != 200 || kind != "application/x-ndjson" {
				t.Fatalf("%d %s", res.StatusCode, kind)
			}
		}
		if _, err := io.ReadFull(res.Body, got); err != nil || !bytes.Equal(got, line) {
			t.Fatalf("%s, %v", got, err)
		}
	}
	// A line without a decision gets a problem in its place; the stream goes on.
	go func() {
		io.WriteString(out, "{\"do\":\"trap\"}\n{\"pad\":\""+strings.Repeat("x", 1<<20)+"\"}\n{}")
		out.Close()
	}()
	rest := strings.Split(strings.TrimSuffix(body(t, res), "\n"), "\n")
	if len(rest) != 3 || code(t, rest[0]) != "engine_failed" || code(t, rest[1]) != "line_too_large" || rest[2] != want.String() {
		t.Errorf("%q", rest)
	}
}

// A client that goes away in the middle ends the stream, and nothing is left behind.
func TestDecideStreamBroken(t *testing.T) {
	w := newWorld(t, nil)
	srv := httptest.NewServer(w)
	defer srv.Close()
	ctx, cancel := context.WithCancel(context.Background())
	in, out := io.Pipe()
	req, _ := http.NewRequestWithContext(ctx, "POST", srv.URL+"/v1/decide", in)
	req.Header.Set("Content-Type", "application/x-ndjson")
	go func() {
		io.WriteString(out, "{}\n")
		cancel()
		out.CloseWithError(context.Canceled) // the client waits for its reader
	}()
	if res, err := http.DefaultClient.Do(req); err == nil {
		_, err = io.ReadAll(res.Body)
		if err == nil {
			t.Error("a broken stream looks whole")
		}
		res.Body.Close()
	}
	srv.Close() // waits for the handler
	if err := w.runner.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// A client that falls silent is cut off; a connection that lies idle after a stream is good for more.
func TestDecideStreamPatience(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Patience = 200 * time.Millisecond })
	srv := httptest.NewServer(w)
	defer srv.Close()
	client := srv.Client()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	io.WriteString(conn, "POST /v1/decide HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n")
	answer, err := io.ReadAll(conn)
	if text := string(answer); err != nil || !strings.Contains(text, `{"status":"decided"`) || strings.HasSuffix(text, "\r\n0\r\n\r\n") {
		t.Errorf("want an answer, and then an end that doesn't look whole: %v, %q", err, text)
	}
	reused := false
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }}
	send := func(method, path, text string) string {
		req, _ := http.NewRequestWithContext(httptrace.WithClientTrace(context.Background(), trace), method, srv.URL+path, strings.NewReader(text))
		req.Header.Set("Content-Type", "application/x-ndjson")
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return body(t, res)
	}
	if text := send("POST", "/v1/decide", "{}"); !strings.HasPrefix(text, `{"status":"decided"`) {
		t.Errorf("%q", text)
	}
	time.Sleep(400 * time.Millisecond)
	if text := send("GET", "/healthz", ""); text != `{"status":"ok"}` {
		t.Errorf("%q", text)
	}
	if !reused {
		t.Error("the second request got a new connection: this shows nothing")
	}
}

// A stream has more than one instance work on it while nobody else needs them: lines behind a long one are decided before
// that is done.
func TestStreamTakesIdleInstances(t *testing.T) {
	w := newWorld(t, nil)
	srv := httptest.NewServer(w)
	defer srv.Close()
	in, out := io.Pipe()
	req, _ := http.NewRequest("POST", srv.URL+"/v1/decide", in)
	req.Header.Set("Content-Type", "application/x-ndjson")
	before := w.runner.Info().Calls
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		res, err := srv.Client().Do(req)
		if err != nil {
			return // the test is over
		}
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, res.Body)
	}()
	io.WriteString(out, `{"do":"work","times":1000000}`+"\n") // for seconds
	time.Sleep(20 * time.Millisecond)
	io.WriteString(out, "{}\n")
	for end := time.Now().Add(20 * time.Second); w.runner.Info().Calls == before && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	if n := w.runner.Info().Calls - before; n != 1 {
		t.Errorf("%d lines decided beside the long one", n)
	}
	out.CloseWithError(io.ErrUnexpectedEOF)
	<-ended
}

// A client that sends and reads all the time may go on for longer than the server's patience, also when there is never a
// moment at which all is answered.
func TestStreamLongerThanPatience(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Patience = 400 * time.Millisecond })
	srv := httptest.NewServer(w)
	defer srv.Close()
	in, out := io.Pipe()
	req, _ := http.NewRequest("POST", srv.URL+"/v1/decide", in)
	req.Header.Set("Content-Type", "application/x-ndjson")
	sent := make(chan int, 1)
	go func() {
		n := 0
		many := bytes.Repeat([]byte(`{"do":"work","times":500}`+strings.Repeat(" ", 4000)+"\n"), 20) // buffers hold few of them
		for begin := time.Now(); time.Since(begin) < 2*time.Second; n += 20 {
			if _, err := out.Write(many); err != nil {
				break
			}
		}
		out.Close()
		sent <- n
	}()
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if n := <-sent; err != nil || bytes.Count(text, []byte("\n")) != n {
		t.Errorf("%d answers to %d lines: %v", bytes.Count(text, []byte("\n")), n, err)
	}
}
