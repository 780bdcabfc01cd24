package web

// RouteInfo is a route for tests outside.
type RouteInfo struct{ Method, Path, Right string }

// RouteTable lists all routes.
func RouteTable() []RouteInfo {
	var out []RouteInfo
	for _, r := range routes() {
		out = append(out, RouteInfo{r.Method, r.Path, r.Right})
	}
	return out
}
