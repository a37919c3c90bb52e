package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"koujing/host"
)

const blank = " \t\r\n"

var (
	errOneCase  = errors.New("a single case of more than 32 MiB: a case has at most 256 KiB")
	errLongLine = errors.New("a line of more than 32 MiB: a case has at most 256 KiB")
)

// frame tells whether an input is one case or a case a line. Input that parses whole is one case, over however many
// lines it is spread; else it is NDJSON. It returns the case, or the input anew from its first byte.
//
// A first line that parses by itself already settles it: what follows is either blank, and then the line is the case,
// or it isn't, and then the whole can't parse. So a stream is answered from its first line on, and only a document
// over several lines is held in memory.
func frame(r io.Reader) (single []byte, stream io.Reader, err error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var held bytes.Buffer
	for len(bytes.Trim(held.Bytes(), blank)) == 0 {
		held.Reset() // blank lines in front belong to nothing
		line, err := readLine(in, host.MaxInput)
		held.Write(line)
		if err == errLongLine {
			return nil, io.MultiReader(&held, in), nil // a stream goes on behind such a line
		}
		if err == io.EOF {
			return nil, &held, nil // a single line, or nothing at all: as a stream it is the same
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if json.Valid(held.Bytes()) {
		return nil, io.MultiReader(&held, in), nil
	}
	// The decoder finds the end of the document, or the first byte that can't be part of one, without looking
	// further; all it looked at is kept.
	all := bytes.NewBuffer(append([]byte(nil), held.Bytes()...))
	rest := io.TeeReader(io.LimitReader(in, int64(host.MaxInput-held.Len())), all)
	dec := json.NewDecoder(io.MultiReader(&held, rest))
	var doc json.RawMessage
	if derr := dec.Decode(&doc); derr == nil {
		ended, err := onlyBlank(dec.Buffered(), rest)
		if err != nil {
			return nil, nil, err
		}
		if ended {
			if ended, err = drainBlank(in); err != nil {
				return nil, nil, err
			}
			if ended {
				return bytes.Trim(all.Bytes(), blank), nil, nil
			}
		}
	} else if all.Len() >= host.MaxInput {
		return nil, nil, errOneCase
	}
	return nil, io.MultiReader(all, in), nil
}

// readLine reads to the end of a line and with it. A line beyond the limit is an error, with what was read of it: it can't be a
// case.
func readLine(in *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > limit {
			return line, errLongLine
		}
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

// onlyBlank reads to the end and tells whether nothing but blanks came.
func onlyBlank(readers ...io.Reader) (bool, error) {
	in := io.MultiReader(readers...)
	buf := make([]byte, 4<<10)
	for {
		n, err := in.Read(buf)
		if len(bytes.Trim(buf[:n], blank)) > 0 {
			return false, nil
		}
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// drainBlank drops blanks, and tells whether the input ends with them.
func drainBlank(in *bufio.Reader) (bool, error) {
	for {
		b, err := in.ReadByte()
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if !bytes.ContainsRune([]byte(blank), rune(b)) {
			return false, in.UnreadByte()
		}
	}
}
