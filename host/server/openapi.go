package server

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"

	"koujing/core/pack"
	"koujing/core/schema"
)

//go:embed openapi.json
var openapiBase []byte

// openapiDocument joins what is written by hand about paths with the schemas of case and decision, which come from
// the tables that decoder and encoder go by. The case is described as any pack takes it.
func openapiDocument() ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(openapiBase, &doc); err != nil {
		return nil, fmt.Errorf("openapi.json: %w", err)
	}
	components, _ := doc["components"].(map[string]any)
	schemas, ok := components["schemas"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("openapi.json: no components.schemas")
	}
	anyPack := new(pack.Pack).Terms()
	schemas["Case"] = json.RawMessage(schema.Case(&anyPack))
	schemas["Decision"] = json.RawMessage(schema.Decision())
	return json.Marshal(doc)
}

func (s *Server) openapiJSON(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.openapi) }
