{{/*
How a hub or an agent reaches Kafka. Each takes a dict: `root`, the chart's own context; `secrets`, of
whom it signs in as, with the keys `existingSecret` and `certificateSecret`.
*/}}

{{- define "tillway.usesKafka" -}}
{{- if or (eq .Values.stream.type "kafka") .Values.stream.agentsOnKafka }}true{{ end -}}
{{- end -}}

{{- define "tillway.kafkaEnv" -}}
{{- $kafka := .root.Values.stream.kafka -}}
- { name: TILLWAY_KAFKA_BROKERS, value: {{ join "," $kafka.brokers | quote }} }
- { name: TILLWAY_KAFKA_TOPIC_PREFIX, value: {{ $kafka.topicPrefix | quote }} }
{{- if or $kafka.tls $kafka.caSecret .secrets.certificateSecret }}
- { name: TILLWAY_KAFKA_TLS, value: "true" }
{{- end }}
{{- if $kafka.caSecret }}
- { name: TILLWAY_KAFKA_CA_FILE, value: /etc/tillway/kafka/ca.crt }
{{- end }}
{{- if .secrets.certificateSecret }}
- { name: TILLWAY_KAFKA_CERTIFICATE_FILE, value: /run/secrets/kafka-certificate/tls.crt }
- { name: TILLWAY_KAFKA_KEY_FILE, value: /run/secrets/kafka-certificate/tls.key }
{{- end }}
{{- with $kafka.saslMechanism }}
- { name: TILLWAY_KAFKA_SASL, value: {{ . }} }
{{- end }}
{{- if .secrets.existingSecret }}
- { name: TILLWAY_KAFKA_USERNAME_FILE, value: /run/secrets/kafka/username }
- { name: TILLWAY_KAFKA_PASSWORD_FILE, value: /run/secrets/kafka/password }
{{- end }}
{{- if eq $kafka.saslMechanism "oauthbearer" }}
- { name: TILLWAY_KAFKA_TOKEN_URL, value: {{ $kafka.tokenUrl | quote }} }
{{- with $kafka.tokenScope }}
- { name: TILLWAY_KAFKA_TOKEN_SCOPE, value: {{ . | quote }} }
{{- end }}
{{- end }}
{{- end -}}

{{- define "tillway.kafkaMounts" -}}
{{- if .secrets.existingSecret }}
- { name: kafka, mountPath: /run/secrets/kafka, readOnly: true }
{{- end }}
{{- if .secrets.certificateSecret }}
- { name: kafka-certificate, mountPath: /run/secrets/kafka-certificate, readOnly: true }
{{- end }}
{{- if .root.Values.stream.kafka.caSecret }}
- { name: kafka-ca, mountPath: /etc/tillway/kafka, readOnly: true }
{{- end }}
{{- end -}}

{{- define "tillway.kafkaVolumes" -}}
{{- with .secrets.existingSecret }}
- name: kafka
  secret: { secretName: {{ . }}, defaultMode: 0440 }
{{- end }}
{{- with .secrets.certificateSecret }}
- name: kafka-certificate
  secret: { secretName: {{ . }}, defaultMode: 0440 }
{{- end }}
{{- with .root.Values.stream.kafka.caSecret }}
- name: kafka-ca
  secret: { secretName: {{ . }}, defaultMode: 0444 }
{{- end }}
{{- end -}}

{{/* Of a network policy: to the brokers, and to who gives out the tokens for them. */}}
{{- define "tillway.kafkaEgress" -}}
{{- $peers := list .Values.networkPolicy.kafka -}}
{{- if eq .Values.stream.kafka.saslMechanism "oauthbearer" -}}
{{- $peers = append $peers .Values.networkPolicy.tokenEndpoint -}}
{{- end -}}
{{- range $peers }}
- to:
    {{- range .cidrs }}
    - ipBlock: { cidr: {{ . }} }
    {{- end }}
  ports: [{ protocol: TCP, port: {{ .port }} }]
{{- end }}
{{- end -}}
