package server

import (
	_ "embed"
	"net/http"
)

//go:embed openapi.json
var openapi []byte

func (s *Server) openapiJSON(w http.ResponseWriter, _ *http.Request) { writeJSON(w, openapi) }
