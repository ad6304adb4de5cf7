/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["weir-egress-records"] || ($protobuf.roots["weir-egress-records"] = {});

export const io = $root.io = (() => {

    /**
     * Namespace io.
     * @exports io
     * @namespace
     */
    const io = {};

    io.statefun = (function() {

        /**
         * Namespace statefun.
         * @memberof io
         * @namespace
         */
        const statefun = {};

        statefun.sdk = (function() {

            /**
             * Namespace sdk.
             * @memberof io.statefun
             * @namespace
             */
            const sdk = {};

            sdk.egress = (function() {

                /**
                 * Namespace egress.
                 * @memberof io.statefun.sdk
                 * @namespace
                 */
                const egress = {};

                egress.KafkaProducerRecord = (function() {

                    /**
                     * Properties of a KafkaProducerRecord.
                     * @typedef {Object} io.statefun.sdk.egress.KafkaProducerRecord.$Properties
                     * @property {string|null} [key] KafkaProducerRecord key
                     * @property {Uint8Array|null} [valueBytes] KafkaProducerRecord valueBytes
                     * @property {string|null} [topic] KafkaProducerRecord topic
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a KafkaProducerRecord.
                     * @memberof io.statefun.sdk.egress
                     * @interface IKafkaProducerRecord
                     * @augments io.statefun.sdk.egress.KafkaProducerRecord.$Properties
                     * @deprecated Use io.statefun.sdk.egress.KafkaProducerRecord.$Properties instead.
                     */

                    /**
                     * Shape of a KafkaProducerRecord.
                     * @typedef {io.statefun.sdk.egress.KafkaProducerRecord.$Properties} io.statefun.sdk.egress.KafkaProducerRecord.$Shape
                     */

                    /**
                     * Constructs a new KafkaProducerRecord.
                     * @memberof io.statefun.sdk.egress
                     * @classdesc Represents a KafkaProducerRecord.
                     * @constructor
                     * @param {io.statefun.sdk.egress.KafkaProducerRecord.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const KafkaProducerRecord = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * KafkaProducerRecord key.
                     * @member {string} key
                     * @memberof io.statefun.sdk.egress.KafkaProducerRecord
                     * @instance
                     */
                    KafkaProducerRecord.prototype.key = "";

                    /**
                     * KafkaProducerRecord valueBytes.
                     * @member {Uint8Array} valueBytes
                     * @memberof io.statefun.sdk.egress.KafkaProducerRecord
                     * @instance
                     */
                    KafkaProducerRecord.prototype.valueBytes = $util.newBuffer([]);

                    /**
                     * KafkaProducerRecord topic.
                     * @member {string} topic
                     * @memberof io.statefun.sdk.egress.KafkaProducerRecord
                     * @instance
                     */
                    KafkaProducerRecord.prototype.topic = "";

                    /**
                     * Creates a new KafkaProducerRecord instance using the specified properties.
                     * @function create
                     * @memberof io.statefun.sdk.egress.KafkaProducerRecord
                     * @static
                     * @param {io.statefun.sdk.egress.KafkaProducerRecord.$Properties=} [properties] Properties to set
                     * @returns {io.statefun.sdk.egress.KafkaProducerRecord} KafkaProducerRecord instance
                     * @type {{
                     *   (properties: io.statefun.sdk.egress.KafkaProducerRecord.$Shape): io.statefun.sdk.egress.KafkaProducerRecord & io.statefun.sdk.egress.KafkaProducerRecord.$Shape;
                     *   (properties?: io.statefun.sdk.egress.KafkaProducerRecord.$Properties): io.statefun.sdk.egress.KafkaProducerRecord;
                     * }}
                     */
                    KafkaProducerRecord.create = function(properties) {
                        return new KafkaProducerRecord(properties);
                    };

                    /**
                     * Encodes the specified KafkaProducerRecord message. Does not implicitly {@link io.statefun.sdk.egress.KafkaProducerRecord.verify|verify} messages.
                     * @function encode
                     * @memberof io.statefun.sdk.egress.KafkaProducerRecord
                     * @static
                     * @param {io.statefun.sdk.egress.KafkaProducerRecord.$Properties} message KafkaProducerRecord message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    KafkaProducerRecord.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.key);
                        if (message.valueBytes != null && $Object.hasOwnProperty.call(message, "valueBytes") && message.valueBytes.length)
                            writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.valueBytes);
                        if (message.topic != null && $Object.hasOwnProperty.call(message, "topic") && message.topic !== "")
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.topic);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a KafkaProducerRecord message from the specified reader or buffer.
                     * @function decode
                     * @memberof io.statefun.sdk.egress.KafkaProducerRecord
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {io.statefun.sdk.egress.KafkaProducerRecord & io.statefun.sdk.egress.KafkaProducerRecord.$Shape} KafkaProducerRecord
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    KafkaProducerRecord.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.io.statefun.sdk.egress.KafkaProducerRecord();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.key = value;
                                    else
                                        delete message.key;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.valueBytes = value;
                                    else
                                        delete message.valueBytes;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.topic = value;
                                    else
                                        delete message.topic;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return KafkaProducerRecord;
                })();

                egress.KinesisEgressRecord = (function() {

                    /**
                     * Properties of a KinesisEgressRecord.
                     * @typedef {Object} io.statefun.sdk.egress.KinesisEgressRecord.$Properties
                     * @property {string|null} [partitionKey] KinesisEgressRecord partitionKey
                     * @property {Uint8Array|null} [valueBytes] KinesisEgressRecord valueBytes
                     * @property {string|null} [stream] KinesisEgressRecord stream
                     * @property {string|null} [explicitHashKey] KinesisEgressRecord explicitHashKey
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */

                    /**
                     * Properties of a KinesisEgressRecord.
                     * @memberof io.statefun.sdk.egress
                     * @interface IKinesisEgressRecord
                     * @augments io.statefun.sdk.egress.KinesisEgressRecord.$Properties
                     * @deprecated Use io.statefun.sdk.egress.KinesisEgressRecord.$Properties instead.
                     */

                    /**
                     * Shape of a KinesisEgressRecord.
                     * @typedef {io.statefun.sdk.egress.KinesisEgressRecord.$Properties} io.statefun.sdk.egress.KinesisEgressRecord.$Shape
                     */

                    /**
                     * Constructs a new KinesisEgressRecord.
                     * @memberof io.statefun.sdk.egress
                     * @classdesc Represents a KinesisEgressRecord.
                     * @constructor
                     * @param {io.statefun.sdk.egress.KinesisEgressRecord.$Properties=} [properties] Properties to set
                     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                     */
                    const KinesisEgressRecord = function (properties) {
                        if (properties)
                            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                    this[keys[i]] = properties[keys[i]];
                    };

                    /**
                     * KinesisEgressRecord partitionKey.
                     * @member {string} partitionKey
                     * @memberof io.statefun.sdk.egress.KinesisEgressRecord
                     * @instance
                     */
                    KinesisEgressRecord.prototype.partitionKey = "";

                    /**
                     * KinesisEgressRecord valueBytes.
                     * @member {Uint8Array} valueBytes
                     * @memberof io.statefun.sdk.egress.KinesisEgressRecord
                     * @instance
                     */
                    KinesisEgressRecord.prototype.valueBytes = $util.newBuffer([]);

                    /**
                     * KinesisEgressRecord stream.
                     * @member {string} stream
                     * @memberof io.statefun.sdk.egress.KinesisEgressRecord
                     * @instance
                     */
                    KinesisEgressRecord.prototype.stream = "";

                    /**
                     * KinesisEgressRecord explicitHashKey.
                     * @member {string} explicitHashKey
                     * @memberof io.statefun.sdk.egress.KinesisEgressRecord
                     * @instance
                     */
                    KinesisEgressRecord.prototype.explicitHashKey = "";

                    /**
                     * Creates a new KinesisEgressRecord instance using the specified properties.
                     * @function create
                     * @memberof io.statefun.sdk.egress.KinesisEgressRecord
                     * @static
                     * @param {io.statefun.sdk.egress.KinesisEgressRecord.$Properties=} [properties] Properties to set
                     * @returns {io.statefun.sdk.egress.KinesisEgressRecord} KinesisEgressRecord instance
                     * @type {{
                     *   (properties: io.statefun.sdk.egress.KinesisEgressRecord.$Shape): io.statefun.sdk.egress.KinesisEgressRecord & io.statefun.sdk.egress.KinesisEgressRecord.$Shape;
                     *   (properties?: io.statefun.sdk.egress.KinesisEgressRecord.$Properties): io.statefun.sdk.egress.KinesisEgressRecord;
                     * }}
                     */
                    KinesisEgressRecord.create = function(properties) {
                        return new KinesisEgressRecord(properties);
                    };

                    /**
                     * Encodes the specified KinesisEgressRecord message. Does not implicitly {@link io.statefun.sdk.egress.KinesisEgressRecord.verify|verify} messages.
                     * @function encode
                     * @memberof io.statefun.sdk.egress.KinesisEgressRecord
                     * @static
                     * @param {io.statefun.sdk.egress.KinesisEgressRecord.$Properties} message KinesisEgressRecord message or plain object to encode
                     * @param {$protobuf.Writer} [writer] Writer to encode to
                     * @returns {$protobuf.Writer} Writer
                     */
                    KinesisEgressRecord.encode = function (message, writer, _depth) {
                        if (!writer)
                            writer = $Writer.create();
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $util.recursionLimit)
                            throw $Error("max depth exceeded");
                        if (message.partitionKey != null && $Object.hasOwnProperty.call(message, "partitionKey") && message.partitionKey !== "")
                            writer.uint32(/* id 1, wireType 2 =*/10).string(message.partitionKey);
                        if (message.valueBytes != null && $Object.hasOwnProperty.call(message, "valueBytes") && message.valueBytes.length)
                            writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.valueBytes);
                        if (message.stream != null && $Object.hasOwnProperty.call(message, "stream") && message.stream !== "")
                            writer.uint32(/* id 3, wireType 2 =*/26).string(message.stream);
                        if (message.explicitHashKey != null && $Object.hasOwnProperty.call(message, "explicitHashKey") && message.explicitHashKey !== "")
                            writer.uint32(/* id 4, wireType 2 =*/34).string(message.explicitHashKey);
                        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                            for (let i = 0; i < message.$unknowns.length; ++i)
                                writer.raw(message.$unknowns[i]);
                        return writer;
                    };

                    /**
                     * Decodes a KinesisEgressRecord message from the specified reader or buffer.
                     * @function decode
                     * @memberof io.statefun.sdk.egress.KinesisEgressRecord
                     * @static
                     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                     * @param {number} [length] Message length if known beforehand
                     * @returns {io.statefun.sdk.egress.KinesisEgressRecord & io.statefun.sdk.egress.KinesisEgressRecord.$Shape} KinesisEgressRecord
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    KinesisEgressRecord.decode = function (reader, length, _end, _depth, _target) {
                        if (!(reader instanceof $Reader))
                            reader = $Reader.create(reader);
                        if (_depth === $undefined)
                            _depth = 0;
                        if (_depth > $Reader.recursionLimit)
                            throw $Error("max depth exceeded");
                        let end, message, value;
                        if (length === $undefined)
                            end = reader.len;
                        else {
                            end = reader.pos + length;
                            if (end > reader.len)
                                throw $RangeError("index out of range");
                            length = reader.len;
                            reader.len = end;
                        }
                        message = _target || new $root.io.statefun.sdk.egress.KinesisEgressRecord();
                        while (reader.pos < end) {
                            let start = reader.pos;
                            let tag = reader.tag();
                            if (tag === _end) {
                                _end = $undefined;
                                break;
                            }
                            let wireType = tag & 7;
                            switch (tag >>>= 3) {
                            case 1: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.partitionKey = value;
                                    else
                                        delete message.partitionKey;
                                    continue;
                                }
                            case 2: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.bytes()).length)
                                        message.valueBytes = value;
                                    else
                                        delete message.valueBytes;
                                    continue;
                                }
                            case 3: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.stream = value;
                                    else
                                        delete message.stream;
                                    continue;
                                }
                            case 4: {
                                    if (wireType !== 2)
                                        break;
                                    if ((value = reader.stringVerify()).length)
                                        message.explicitHashKey = value;
                                    else
                                        delete message.explicitHashKey;
                                    continue;
                                }
                            }
                            reader.skipType(wireType, _depth, tag);
                            if (!reader.discardUnknown) {
                                $util.makeProp(message, "$unknowns", false);
                                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                            }
                        }
                        if (length !== $undefined) {
                            if (reader.pos !== end)
                                throw $RangeError("index out of range");
                            reader.len = length;
                        }
                        if (_end !== $undefined)
                            throw $Error("missing end group");
                        return message;
                    };

                    return KinesisEgressRecord;
                })();

                return egress;
            })();

            return sdk;
        })();

        return statefun;
    })();

    return io;
})();

export {
  $root as default
};
