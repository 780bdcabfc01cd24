package api

func (s *server) meetingOperations() []operation {
	return []operation{}
}
