# versitygw for a user without rights: a new volume takes owner and mode of the folder in the image.
ARG VERSITYGW_VERSION=v1.8.0
FROM versity/versitygw:${VERSITYGW_VERSION}
USER 0
RUN mkdir -p /data && chown 1000:1000 /data
USER 1000:1000
