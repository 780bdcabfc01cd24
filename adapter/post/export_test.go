package post

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/netip"
)

// Public is the guard's judgment of an address.
func Public(s string) bool { return public(netip.MustParseAddr(s)) }

// Trust lets calls trust a test server's certificate.
func (h *Hooks) Trust(pool *x509.CertPool) {
	tr := h.client.Transport.(*http.Transport)
	tr.TLSClientConfig = &tls.Config{RootCAs: pool}
}
