//go:build unix

package bench

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cpu is the processor time that this process has used. Rates per core are taken against it and not against the clock on the wall, so
// that other work on the machine does not count as ours.
func cpu(b testing.TB) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// spent measures what a function takes of the processor.
func spent(b testing.TB, f func()) time.Duration {
	b.Helper()
	began := cpu(b)
	f()
	return cpu(b) - began
}

// numpy runs the peer of the forward pass and gives its millions of activity-trials a second; 0 where there is no numpy. SHIGAN_PYTHON
// names another interpreter than the first on the path.
func numpy(b testing.TB, script string, n, trials int) float64 {
	b.Helper()
	python := os.Getenv("SHIGAN_PYTHON")
	if python == "" {
		python = "python3"
	}
	out, err := exec.Command(python, script, strconv.Itoa(n), strconv.Itoa(trials)).CombinedOutput()
	if err != nil {
		b.Logf("no numpy: %s", strings.TrimSpace(string(out)))
		return 0
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		b.Fatal(err)
	}
	return v
}
