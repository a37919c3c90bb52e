// Package kubernetes reads the manifests of host/deploy as the cluster would: every field has to be one there is. It is a
// module of its own, so that nobody else gets the cluster's types.
package kubernetes

import (
	"bytes"
	"os"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func TestManifests(t *testing.T) {
	text, err := os.ReadFile("../../kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	docs := bytes.Split(text, []byte("\n---\n"))
	if len(docs) != 2 {
		t.Fatalf("%d documents", len(docs))
	}
	var service core.Service
	if err := yaml.UnmarshalStrict(docs[0], &service); err != nil {
		t.Fatal(err)
	}
	var set apps.StatefulSet
	if err := yaml.UnmarshalStrict(docs[1], &set); err != nil {
		t.Fatal(err)
	}
	if service.Kind != "Service" || set.Kind != "StatefulSet" || set.Spec.ServiceName != service.Name {
		t.Errorf("%s %s for %s", service.Kind, set.Kind, set.Spec.ServiceName)
	}
	for label, want := range service.Spec.Selector {
		if set.Spec.Template.Labels[label] != want || set.Spec.Selector.MatchLabels[label] != want {
			t.Errorf("the label %s of the service finds no pod", label)
		}
	}
	c := set.Spec.Template.Spec.Containers[0]
	for name, probe := range map[string]*core.Probe{"startup": c.StartupProbe, "readiness": c.ReadinessProbe, "liveness": c.LivenessProbe} {
		if probe == nil || probe.HTTPGet == nil || probe.HTTPGet.Port.StrVal != c.Ports[0].Name {
			t.Errorf("%s probe: %+v", name, probe)
		}
	}
	if c.Resources.Limits.Memory().IsZero() || c.Resources.Requests.Cpu().IsZero() || *c.SecurityContext.AllowPrivilegeEscalation {
		t.Errorf("%+v", c.Resources)
	}
	volumes := map[string]bool{set.Spec.VolumeClaimTemplates[0].Name: true}
	for _, v := range set.Spec.Template.Spec.Volumes {
		volumes[v.Name] = true
	}
	for _, m := range c.VolumeMounts {
		if !volumes[m.Name] {
			t.Errorf("no volume %s", m.Name)
		}
	}
}
