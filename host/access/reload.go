package access

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"
)

// Reload reads the file again. A list that can't be read, or is wrong, leaves the one before it in force, with an error that
// says why. changed tells that another list is in force. What a caller has used up of his rate stays used up.
func (l *List) Reload() (changed bool, err error) {
	l.reading.Lock()
	defer l.reading.Unlock()
	text, err := os.ReadFile(l.path)
	if err != nil {
		return false, l.refuse(nil, err)
	}
	return l.take(text)
}

// take puts a text in force unless it is already; reading is held.
func (l *List) take(text []byte) (changed bool, err error) {
	if l.now.Load() != nil && l.refused.Load() == nil && bytes.Equal(text, l.text) {
		return false, nil
	}
	next, err := parse(text)
	if err == nil && l.check != nil {
		tried := &List{}
		tried.now.Store(next)
		err = l.check(tried)
	}
	if err != nil {
		return false, l.refuse(text, fmt.Errorf("%s: %w", l.path, err))
	}
	if before := l.now.Load(); before != nil {
		next.inherit(before)
		l.reloads.Add(1)
	}
	l.text = text
	l.now.Store(next)
	l.refused.Store(nil)
	return true, nil
}

func (l *List) refuse(text []byte, err error) error {
	l.text = text
	l.refused.Store(&err)
	return err
}

// inherit lets callers go on with what they had left, also if their rate is another now.
func (t *table) inherit(before *table) {
	for name, c := range t.byName {
		if old := before.byName[name]; old != nil && old.limit != nil && c.limit != nil {
			rate, burst := c.limit.Limit(), c.limit.Burst()
			c.limit = old.limit
			c.limit.SetLimit(rate)
			c.limit.SetBurst(burst)
		}
	}
}

// look is how often Watch looks at the file.
const look = time.Second

// Watch follows the file until ctx ends, and reads it at once when again says so. notify is told when another list is in
// force (nil) and when the file is broken, once for each state it is in, and always after again. It reads rather than
// listens: a file replaced by a link, as clusters do, tells nobody. A file counts when it has stood still from one look to
// the next, so that one half written is left alone.
func (l *List) Watch(ctx context.Context, again <-chan os.Signal, notify func(err error)) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	var seen []byte
	var failed string
	for {
		var changed bool
		var err error
		select {
		case <-ctx.Done():
			return
		case <-again:
			_, err = l.Reload()
			changed, failed = err == nil, ""
		case <-tick.C:
			seen, changed, err = l.still(seen)
		}
		switch {
		case err != nil && err.Error() != failed:
			failed = err.Error()
			notify(err)
		case changed:
			failed = ""
			notify(nil)
		}
	}
}

// still takes what is in the file if it was there the last time too.
func (l *List) still(seen []byte) (now []byte, changed bool, err error) {
	text, err := os.ReadFile(l.path)
	l.reading.Lock()
	defer l.reading.Unlock()
	switch refused := l.refused.Load(); {
	case err != nil:
		return nil, false, l.refuse(nil, err)
	case !bytes.Equal(text, seen):
		return text, false, nil
	case !bytes.Equal(text, l.text):
		changed, err = l.take(text)
		return text, changed, err
	case refused != nil:
		return text, false, *refused
	}
	return text, false, nil
}

// Info is a look at the list, for metrics.
type Info struct {
	Callers int
	Reloads uint64 // lists put in force since the first
	Refused error  // why the file isn't what is in force; nil if it is
}

// Info returns the figures of this moment.
func (l *List) Info() Info {
	info := Info{Callers: len(l.now.Load().byName), Reloads: l.reloads.Load()}
	if err := l.refused.Load(); err != nil {
		info.Refused = *err
	}
	return info
}
