{{- define "recert.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{/* Labels that select the pods of a component. Call with (list $ "component"). */}}
{{- define "recert.selector" -}}
app.kubernetes.io/name: recert
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "recert.labels" -}}
{{ include "recert.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Metadata of an object. Call with (list $ "component" "name"). */}}
{{- define "recert.metadata" -}}
name: {{ index . 2 }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "recert.labels" . | nindent 2 }}
{{- end }}

{{- define "recert.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* Content of recert.yaml. */}}
{{- define "recert.config" -}}
{{- $config := mergeOverwrite (deepCopy .Values.config) (.Files.Get "files/base.yaml" | fromYaml) -}}
{{- $secret := "(?m)^[ -]*(password|sentinelPassword|clientSecret|secret|token|routingKey|signingSecret|heartbeat|privateKey|key|hash): *[\"']?[^ \"'$\\n]" -}}
{{- if regexMatch $secret (toYaml $config) -}}
{{- fail (printf "config.%s is a secret in plain text. Put the value into existingSecret and set the key with the suffix File, such as passwordFile: /run/secrets/recert/password" (regexFind $secret (toYaml $config) | trim | splitList ":" | first)) -}}
{{- end -}}
{{- if not $config.instances -}}
{{- fail "config.instances is empty. Add at least one Jamf Pro server (docs/configuration.md)" -}}
{{- end -}}
{{- $redis := $config.redis | default dict -}}
{{- $external := or $redis.url $redis.sentinels $redis.cluster -}}
{{- if and .Values.redis.bundled.enabled $external -}}
{{- fail "config.redis names an external Redis. Set redis.bundled.enabled to false, or remove config.redis" -}}
{{- else if .Values.redis.bundled.enabled -}}
{{- $_ := set $redis "url" (printf "redis://%s-redis:6379" (include "recert.fullname" .)) -}}
{{- with .Values.redis.bundled.passwordKey -}}
{{- $_ := set $redis "passwordFile" (printf "/run/secrets/recert/%s" .) -}}
{{- end -}}
{{- $_ := set $config "redis" $redis -}}
{{- else if not $external -}}
{{- fail "no Redis is set. Set config.redis (url, sentinels and name, or cluster), or redis.bundled.enabled" -}}
{{- end -}}
{{- if not .Values.existingSecret -}}
{{- fail "existingSecret is empty. Create a Secret with a key for each file that config names in /run/secrets/recert" -}}
{{- end -}}
{{- if has "recert" .Values.extraSecrets -}}
{{- fail "extraSecrets contains recert, but /run/secrets/recert is the folder of existingSecret. Rename the Secret" -}}
{{- end -}}
{{- toYaml $config -}}
{{- end }}
