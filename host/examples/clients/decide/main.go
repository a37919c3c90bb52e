// Command decide sends a case to a server and prints its decision. KOUJING_URL is the server, KOUJING_TOKEN the
// caller's token, if the server asks for one.
package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: decide CASE")
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	url := os.Getenv("KOUJING_URL")
	if url == "" {
		url = "http://127.0.0.1:8080"
	}
	decision, err := decide(url, os.Getenv("KOUJING_TOKEN"), text)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(decision))
	if bytes.HasPrefix(decision, []byte(`{"status":"invalid"`)) { // the first member, always
		os.Exit(3)
	}
}

var client = &http.Client{Timeout: 10 * time.Second}

const tries = 5

// decide returns the decision. A 429 or 503 is tried again when the server says so: deciding twice does no harm.
func decide(url, token string, text []byte) ([]byte, error) {
	for left := tries - 1; ; left-- {
		req, err := http.NewRequest(http.MethodPost, url+"/v1/decide", bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/json")
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		res, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		answer, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		switch {
		case err != nil:
			return nil, err
		case res.StatusCode == http.StatusOK:
			return answer, nil
		case left == 0 || res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusServiceUnavailable:
			return nil, fmt.Errorf("%s: %s", res.Status, answer)
		}
		wait, err := strconv.Atoi(res.Header.Get("Retry-After"))
		if err != nil {
			wait = 1
		}
		time.Sleep(time.Duration(wait) * time.Second)
	}
}
