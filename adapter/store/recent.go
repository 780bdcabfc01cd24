package store

// mostRecent is how many bytes of documents a store remembers of a district between two batches.
const mostRecent = 8 << 20

// recent is what the last batches read and wrote: documents, and rows of cases. It holds as long as nobody else appends to the district or
// makes its tables anew, which the head, once it is locked, tells by its size and by how often it was rebuilt.
type recent struct {
	size, rebuilt int64
	docs          map[[2]string][]byte // nil for one that is not there
	rows          map[string]caseRow
	bytes         int
}

func newRecent() *recent { return &recent{docs: map[[2]string][]byte{}, rows: map[string]caseRow{}} }

// keep remembers a document.
func (r *recent) keep(key [2]string, body []byte) {
	r.docs[key] = body
	r.bytes += len(key[1]) + len(body) + 64
}

// row remembers the row of a case as the table has it.
func (r *recent) row(id string, row caseRow) {
	r.rows[id] = row
	r.bytes += 1024
}

// recall takes what is remembered of a district out of the store; a batch that ends well puts it back.
func (s *Store) recall(district string, size, rebuilt int64) *recent {
	s.recentMu.Lock()
	defer s.recentMu.Unlock()
	r := s.recents[district]
	delete(s.recents, district)
	if r == nil || r.size != size || r.rebuilt != rebuilt || r.bytes > mostRecent {
		r = newRecent()
	}
	r.size, r.rebuilt = size, rebuilt
	return r
}

// remember puts back what a batch leaves behind that ended with the head at a size.
func (s *Store) remember(district string, r *recent, size int64) {
	r.size = size
	s.recentMu.Lock()
	defer s.recentMu.Unlock()
	if s.recents == nil {
		s.recents = map[string]*recent{}
	}
	s.recents[district] = r
}
