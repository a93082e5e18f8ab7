{{- define "tillway.name" -}}
{{- printf "%s-tillway" .Release.Name | replace "tillway-tillway" "tillway" | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "tillway.labels" -}}
app.kubernetes.io/name: tillway
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "tillway.selector" -}}
app.kubernetes.io/name: tillway
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tillway.image" -}}
{{- with .Values.image -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ if .digest }}@{{ .digest }}{{ end }}
{{- end -}}
{{- end -}}

{{/* As the restricted profile of Kubernetes' pod security standards asks. */}}
{{- define "tillway.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "tillway.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* `agt_eu_north` is named `eu-north` in Kubernetes. */}}
{{- define "tillway.agentName" -}}
{{- . | trimPrefix "agt_" | replace "_" "-" -}}
{{- end -}}
