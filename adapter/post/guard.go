package post

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"shigan/domain/org"
	"shigan/kernel/fault"
)

// ErrAllow is an entry of the list of allowed hosts that is neither a host nor a network.
var ErrAllow = fault.New(fault.Invalid, "post.bad-allow") // text

// Guard 门禁 keeps calls to the outside from reaching inside: only https, only public addresses, whatever a name resolves to at that
// moment. What the operator lists himself, hosts or networks, may be reached by http and at private addresses too.
type Guard struct {
	hosts []string // "oa.local" or "oa.local:8080"
	nets  []netip.Prefix
}

// NewGuard reads a list such as "oa.local:8080, 10.20.0.0/16".
func NewGuard(list string) (*Guard, error) {
	g := &Guard{}
	for _, item := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		if strings.Contains(item, "/") {
			p, err := netip.ParsePrefix(item)
			if err != nil {
				return nil, ErrAllow.With("text", item)
			}
			g.nets = append(g.nets, p.Masked())
			continue
		}
		if strings.ContainsAny(item, "@?#*") {
			return nil, ErrAllow.With("text", item)
		}
		g.hosts = append(g.hosts, strings.ToLower(item))
	}
	return g, nil
}

// listed tells whether the operator named a host, with its port or with any.
func (g *Guard) listed(host, port string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return slices.Contains(g.hosts, host) || slices.Contains(g.hosts, net.JoinHostPort(host, port))
}

// Allowed tells whether a hook may point to an address at all.
func (g *Guard) Allowed(u *url.URL) error {
	if g.listed(u.Hostname(), portOf(u)) {
		return nil
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !g.reachable(ip) {
		return org.ErrHookPrivate
	} else if err == nil && g.inNets(ip) {
		return nil
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") {
		return org.ErrHookPrivate
	}
	if u.Scheme != "https" {
		return org.ErrHookHTTPS
	}
	return nil
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "http" {
		return "80"
	}
	return "443"
}

func (g *Guard) inNets(ip netip.Addr) bool {
	ip = ip.Unmap()
	return slices.ContainsFunc(g.nets, func(p netip.Prefix) bool { return p.Contains(ip) })
}

func (g *Guard) reachable(ip netip.Addr) bool { return g.inNets(ip) || public(ip) }

// special are networks that are nobody's on the open internet, or lead to other networks by a detour.
var special = func() (out []netip.Prefix) {
	for _, s := range []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16"} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return
}()

// openInternet6 is all that was ever given out of IPv6.
var openInternet6 = netip.MustParsePrefix("2000::/3")

// public tells whether an address is one of the open internet.
func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsValid() || ip.Zone() != "" || !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	if ip.Is6() && !openInternet6.Contains(ip) {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// dial connects to a host as the guard allows. The address is looked at when it is already resolved, just before the connection, so
// that a name which answers otherwise the second time gets nowhere.
func (g *Guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := &net.Dialer{Timeout: 10 * time.Second}
	if !g.listed(host, port) {
		d.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !g.reachable(at.Addr()) {
				return org.ErrHookPrivate
			}
			return nil
		}
	}
	return d.DialContext(ctx, network, address)
}
