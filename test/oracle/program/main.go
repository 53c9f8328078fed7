// Command oracle answers scheduling cases with the code of the real kube-scheduler: its default profile, its plugins,
// its preemption. It reads one JSON case a line from stdin and writes one JSON answer a line to stdout; see case.go for
// both. Built for tests only, once for each Kubernetes version, see build.sh.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	"k8s.io/klog/v2"
)

func main() {
	klog.SetOutput(discard{})
	klog.LogToStderr(false)
	// Short-lived objects by the million: let the heap grow instead of collecting all the time.
	debug.SetGCPercent(400)

	ctx, cancel := context.WithCancel(klog.NewContext(context.Background(), klog.Logger{}))
	defer cancel()
	world, err := newWorld(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			if err := encoder.Encode(answerLine(ctx, world, line)); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			// Whoever waits for this answer must not wait for the next one.
			if in.Buffered() == 0 {
				out.Flush()
			}
		}
		if err != nil {
			break
		}
	}
	out.Flush()
}

func answerLine(ctx context.Context, world *world, line []byte) (result answer) {
	defer func() {
		if failure := recover(); failure != nil {
			result = answer{Version: version, Problem: fmt.Sprintf("panic: %v\n%s", failure, debug.Stack())}
		}
	}()
	var input testCase
	if err := json.Unmarshal(line, &input); err != nil {
		return answer{Version: version, Problem: err.Error()}
	}
	steps, err := world.play(ctx, &input)
	if err != nil {
		return answer{Version: version, Problem: err.Error()}
	}
	return answer{Version: version, Steps: steps}
}

type discard struct{}

func (discard) Write(data []byte) (int, error) { return len(data), nil }
