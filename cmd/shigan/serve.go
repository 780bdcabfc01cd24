package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"shigan/app"
	"shigan/kernel/fault"
)

var errAddress = fault.New(fault.Unavailable, "cli.address")

func serveCommands() []command {
	return []command{
		{name: "serve", flags: append([]string{"addr=", "tls-in-front"}, postFlags...), run: serve},
		{name: "demo", flags: append([]string{"addr=", "no-serve"}, postFlags...), run: runDemo},
	}
}

func serve(c *call) error {
	o, err := c.office()
	if err != nil {
		return err
	}
	return c.serveOffice(o, cmpOr(c.text("addr"), ":8080"), nil)
}

// serveOffice answers until it is told to stop; what is under way is finished first. ready is called when it listens.
func (c *call) serveOffice(o *app.Office, addr string, ready func(address string)) error {
	log := c.log().With("district", o.District)
	pages, err := c.handler(o, log)
	if err != nil {
		return err
	}
	ln, err := (&net.ListenConfig{}).Listen(c.ctx, "tcp", addr)
	if err != nil {
		return errAddress.With("addr", addr, "why", reasonOf(err))
	}
	srv := &http.Server{
		Handler:           pages,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute, // a workbook over a slow line
		WriteTimeout:      2 * time.Minute, // a bulletin as PDF
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	stop, err := c.startNight(c.ctx, o, log)
	if err != nil {
		srv.Close()
		return err
	}
	defer stop()
	log.Info("serving", "address", ln.Addr().String(), "engine", o.Store.Engine(), "mail", o.MailOn)
	if ready != nil {
		ready(ln.Addr().String())
	}
	select {
	case err := <-done:
		return err
	case <-c.ctx.Done():
	}
	log.Info("stopping")
	end, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), 20*time.Second)
	defer cancel()
	if err := srv.Shutdown(end); err != nil && !errors.Is(err, http.ErrServerClosed) {
		srv.Close()
	}
	log.Info("stopped")
	return nil
}

// reasonOf is the last and plainest reason in a chain of network errors.
func reasonOf(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err.Error()
	}
	return err.Error()
}

// localURL is the address as a browser on this machine takes it.
func localURL(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "http://" + address
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
