package paper

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"shigan/kernel/fault"
)

var (
	// ErrNoChromium says what to install.
	ErrNoChromium = fault.New(fault.Unavailable, "paper.no-chromium")
	// ErrChromium says that the browser ran and made nothing.
	ErrChromium = fault.New(fault.Unavailable, "paper.chromium-failed")
)

// PDFOptions says how a PDF is made. The size of the sheet comes from the page's own @page rule.
type PDFOptions struct {
	Browser string        // path of the browser; empty: looked for in PATH
	Wait    time.Duration // 0: a minute
}

// browsers are the names under which a Chromium is installed, most usual first.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// Browser finds the Chromium of this machine.
func Browser() (string, error) {
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoChromium
}

// PDF prints a page that stands alone, as Page makes it. The browser gets a fresh profile and no network; the same page
// gives the same bytes, because times and ids are set to fixed values of the same length.
func PDF(ctx context.Context, html []byte, o PDFOptions) ([]byte, error) {
	browser := o.Browser
	if browser == "" {
		var err error
		if browser, err = Browser(); err != nil {
			return nil, err
		}
	}
	if o.Wait == 0 {
		o.Wait = time.Minute
	}
	ctx, stop := context.WithTimeout(ctx, o.Wait)
	defer stop()
	dir, err := os.MkdirTemp("", "shigan-print-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	in, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(in, html, 0o600); err != nil {
		return nil, err
	}
	args := []string{"--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
		"--no-first-run", "--no-default-browser-check", "--proxy-server=127.0.0.1:9", "--disable-dev-shm-usage", "--hide-scrollbars",
		"--user-data-dir=" + filepath.Join(dir, "profile"), "--no-pdf-header-footer", "--print-to-pdf=" + out}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // the sandbox refuses to run under root
	}
	cmd := exec.CommandContext(ctx, browser, append(args, "file://"+in)...)
	cmd.Env = append(os.Environ(), "HOME="+dir, "TZ=UTC")
	cmd.WaitDelay = 5 * time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	runErr := cmd.Run()
	raw, err := os.ReadFile(out)
	if err != nil || !bytes.HasPrefix(raw, []byte("%PDF-")) {
		why := "no output"
		if runErr != nil {
			why = runErr.Error()
		}
		if ctx.Err() != nil {
			why = ctx.Err().Error()
		}
		return nil, ErrChromium.With("why", strings.TrimSpace(why))
	}
	return settled(raw), nil
}

var (
	pdfDate = regexp.MustCompile(`/(?:CreationDate|ModDate)\s*\(([^)]*)\)`)
	pdfID   = regexp.MustCompile(`/ID\s*\[\s*<([0-9A-Fa-f]*)>\s*<([0-9A-Fa-f]*)>\s*\]`)
	xmpDate = regexp.MustCompile(`<xmp:(?:CreateDate|ModifyDate|MetadataDate)>([^<]*)</xmp:`)
)

// settled replaces what differs between two runs, byte for byte, so that no offset in the file moves: dates become the
// first of January 1980, ids become zeros.
func settled(raw []byte) []byte {
	out := bytes.Clone(raw)
	blank := func(re *regexp.Regexp, with string) {
		for _, m := range re.FindAllSubmatchIndex(out, -1) {
			for g := 2; g+1 < len(m); g += 2 {
				for i := m[g]; i < m[g+1]; i++ {
					switch k := i - m[g]; {
					case k < len(with):
						out[i] = with[k]
					case out[i] >= '0' && out[i] <= '9' || with == "":
						out[i] = '0'
					}
				}
			}
		}
	}
	blank(pdfDate, "D:19800101000000")
	blank(pdfID, "")
	blank(xmpDate, "1980-01-01T00:00:00")
	return out
}
