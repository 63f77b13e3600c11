{{- define "recert.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "recert.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Probes of a container. Call with (list "port" "scheme"). */}}
{{- define "recert.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: {{ index . 0 }}, scheme: {{ index . 1 }} }
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /healthz, port: {{ index . 0 }}, scheme: {{ index . 1 }} }
  periodSeconds: 15
  timeoutSeconds: 5
  failureThreshold: 4
readinessProbe:
  httpGet: { path: /readyz, port: {{ index . 0 }}, scheme: {{ index . 1 }} }
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}

{{/* Pod template of a process. Call with a dict: root, component, command, values, ports, probes, mounts, volumes. */}}
{{- define "recert.pod" -}}
metadata:
  labels:
    {{- include "recert.labels" (list .root .component) | nindent 4 }}
  annotations:
    # A change of the configuration starts new pods. After a change of a Secret: kubectl rollout restart.
    checksum/config: {{ include "recert.config" .root | sha256sum }}
    {{- with .values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  # Recert does not use the Kubernetes API.
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  securityContext:
    {{- include "recert.podSecurity" 1000 | nindent 4 }}
  terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
  containers:
    - name: {{ .component }}
      image: {{ include "recert.image" .root | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: [{{ .command }}]
      {{- with .root.Values.environmentSecrets }}
      envFrom:
        {{- range . }}
        - secretRef: { name: {{ . }} }
        {{- end }}
      {{- end }}
      ports:
        {{- .ports | nindent 8 }}
      {{- .probes | nindent 6 }}
      {{- with .preStop }}
      lifecycle:
        preStop: {{ . }}
      {{- end }}
      resources:
        {{- toYaml .values.resources | nindent 8 }}
      securityContext:
        {{- include "recert.containerSecurity" . | nindent 8 }}
      volumeMounts:
        - { name: config, mountPath: /etc/recert, readOnly: true }
        - { name: secret, mountPath: /run/secrets/recert, readOnly: true }
        {{- range .root.Values.extraSecrets }}
        - { name: {{ printf "secret-%s" . }}, mountPath: {{ printf "/run/secrets/%s" . }}, readOnly: true }
        {{- end }}
        - { name: tmp, mountPath: /tmp }
        {{- with .mounts }}
        {{- . | nindent 8 }}
        {{- end }}
  volumes:
    - name: config
      configMap: { name: {{ include "recert.fullname" .root }} }
    - name: secret
      secret: { secretName: {{ .root.Values.existingSecret }}, defaultMode: 0440 }
    {{- range .root.Values.extraSecrets }}
    - name: {{ printf "secret-%s" . }}
      secret: { secretName: {{ . }}, defaultMode: 0440 }
    {{- end }}
    - name: tmp
      emptyDir: { sizeLimit: 64Mi }
    {{- with .volumes }}
    {{- . | nindent 4 }}
    {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "recert.selector" (list .root .component) | nindent 10 }}
  {{- with .values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
