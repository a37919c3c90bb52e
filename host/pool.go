package host

import (
	"context"
	"runtime"
)

// enter waits for the right to run a call; leave gives it back.
func (r *Runner) enter(ctx context.Context) error {
	select {
	case <-r.closing: // asked first, since select picks at random among those that are ready
		return ErrClosed
	default:
	}
	select {
	case <-r.tokens: // whoever waits already is served before this: then there is none here
		return nil
	default:
	}
	r.waiting.Add(1)
	defer r.waiting.Add(-1)
	return r.await(ctx)
}

// await takes the next token, in the order of asking.
func (r *Runner) await(ctx context.Context) error {
	select {
	case <-r.tokens:
		return nil
	case <-r.closing:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// enterIdle takes a token that nobody else waits for, or waits as everybody does as soon as inLine says so. With nil it
// is enter.
func (r *Runner) enterIdle(ctx context.Context, inLine func() bool) error {
	for {
		if inLine == nil || inLine() {
			return r.enter(ctx)
		}
		if err := r.await(ctx); err != nil {
			return err
		}
		if r.waiting.Load() == 0 || inLine() {
			return nil
		}
		r.leave() // to whoever waits
		runtime.Gosched()
	}
}

func (r *Runner) leave() { r.tokens <- struct{}{} }

// PoolSize is how many calls may run at a time.
func (r *Runner) PoolSize() int { return r.cfg.poolSize }

// take returns an instance with the pack p in it: an idle one, brought up to date if need be, else a new one.
func (r *Runner) take(ctx context.Context, p *loaded) (*instance, error) {
	r.mu.Lock()
	var in *instance
	if n := len(r.idle); n > 0 {
		in, r.idle[n-1] = r.idle[n-1], nil
		r.idle = r.idle[:n-1]
	}
	r.mu.Unlock()
	if in == nil {
		return r.instantiate(ctx, p)
	}
	if in.pack == p {
		return in, nil
	}
	ctx, cancel := r.fence(ctx)
	defer cancel()
	if err := in.use(ctx, p, &r.digest); err != nil {
		r.traps.Add(1) // the engine took this pack before: whatever this is, the instance is not to be trusted
		r.discard(in)
		return nil, err
	}
	return in, nil
}

// put gives an instance back, or ends it when it has served its time.
func (r *Runner) put(in *instance) {
	spent := r.cfg.maxCalls > 0 && in.calls >= r.cfg.maxCalls
	if spent || in.inputCap > keepInput {
		r.retired.Add(1)
		r.discard(in)
		return
	}
	r.mu.Lock()
	var over *instance
	if len(r.idle) == r.cfg.poolSize { // after a Reload: the one that lay longest makes room
		over = r.idle[0]
		r.idle = append(r.idle[:0], r.idle[1:]...)
	}
	r.idle = append(r.idle, in)
	r.mu.Unlock()
	if over != nil {
		r.discard(over)
	}
}
