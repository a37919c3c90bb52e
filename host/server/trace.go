package server

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// span begins the span of a request, below the caller's if he sent one. It names the route, never a path.
func (s *Server) span(req *http.Request, name string) (*http.Request, trace.Span) {
	ctx := propagation.TraceContext{}.Extract(req.Context(), propagation.HeaderCarrier(req.Header))
	ctx, span := s.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindServer))
	return req.WithContext(ctx), span
}

func endSpan(span trace.Span, status int) {
	span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= 500 {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// decided notes in the request's span what came out, without anything of the case.
func decided(req *http.Request, status, pack string) {
	trace.SpanFromContext(req.Context()).SetAttributes(attribute.String("koujing.status", status), attribute.String("koujing.pack", pack))
}
